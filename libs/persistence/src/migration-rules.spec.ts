import { migrations } from '@mail/migrations';
import { describe, expect, it } from 'vitest';
import { migrationFaults, type SentMigration } from '../testing/migration-faults.js';

type Migration = InstanceType<(typeof migrations)[number]> & { readonly transaction?: boolean };

/** The statements themselves, as the migration sends them to a database that answers nothing. */
async function sentBy(migration: Migration): Promise<SentMigration> {
  const statements: string[] = [];
  const runner = { query: (sql: string) => (statements.push(sql), Promise.resolve([])) };
  await migration.up(runner as unknown as Parameters<Migration['up']>[0]);
  return { name: migration.name, transaction: migration.transaction ?? true, statements };
}

// The first makes everything that there is; nobody waits for it.
const [, ...later] = migrations;

describe('a migration', () => {
  it.each(later.map((Migration) => [Migration.name, Migration] as const))(
    '%s is borne by a system under load',
    async (_name, Migration) => {
      const sent = await sentBy(new Migration());
      expect(sent.statements.length).toBeGreaterThan(0);
      expect(migrationFaults(sent)).toEqual([]);
    },
  );

  it('is listed after those before it, under the name that it is recorded by', () => {
    const times = migrations.map((Migration) => Number(/\d{13}$/.exec(new Migration().name)?.[0]));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    for (const Migration of migrations) expect(new Migration().name).toBe(Migration.name);
  });
});

describe('the rules for migrations find', () => {
  const bounded = `set local lock_timeout = '5s'`;
  it.each([
    ['a lock without a bound', ['alter table deliveries add column x text'], 'without a bound'],
    ['an index that keeps writers out', [bounded, 'create index x on deliveries (source)'], 'create index concurrently'],
    ['an index inside a transaction', ['create index concurrently x on deliveries (source)'], 'cannot run in a transaction'],
    [
      'an index beside other things',
      ['create table t (a int)', 'create index concurrently x on deliveries (source)'],
      'a file of their own',
    ],
    ['a check that reads every row', [bounded, 'alter table deliveries add constraint c check (source <> $$x$$)'], 'not valid'],
    [
      'a column that old inserts lack',
      [bounded, 'alter table deliveries add column x text not null'],
      'refuses what the build before inserts',
    ],
    ['a column that is gone', [bounded, 'alter table deliveries drop column source'], 'contract in a later release'],
    ['a table that is renamed', [bounded, 'alter table deliveries rename to mails'], 'contract in a later release'],
    ['a change of every row', ['update deliveries set source = source'], 'go by chunks'],
    ['a scan for nulls', [bounded, 'alter table deliveries alter column tags set not null'], 'validate a check first'],
    ['a validation under a lock', [bounded, 'alter table deliveries validate constraint c'], 'transaction = false'],
  ])('%s', (_what, statements, says) => {
    expect(migrationFaults({ name: 'Planted', transaction: true, statements }).join('\n')).toContain(says);
  });

  it('nothing in what is new altogether', () => {
    const statements = ['create table t (a int not null)', 'create index t_idx on t (a)', 'alter table t add constraint c check (a > 0)'];
    expect(migrationFaults({ name: 'Planted', transaction: true, statements })).toEqual([]);
  });
});
