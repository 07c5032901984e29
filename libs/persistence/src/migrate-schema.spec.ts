import { migrations, newestMigration } from '@mail/migrations';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyDatabase, type EmptyDatabase } from '../testing/empty-database.js';
import { specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { openDatabase, schemaState, type Database } from './database.js';
import { migrateSchema } from './migrate-schema.js';

const all = migrations.map((Migration) => new Migration().name);

describe('an empty database', () => {
  let empty: EmptyDatabase;
  let database: Database;
  beforeEach(async () => {
    empty = await emptyDatabase();
    database = await openDatabase({
      name: 'mail spec',
      primaryDsn: empty.dsn,
      replicaDsns: [],
      operationTimeoutMs: 20_000,
      lockTimeoutMs: 10_000,
      maxOpenConns: 2,
      maxIdleConns: 2,
      connMaxLifetimeMs: 600_000,
      onPoolError: () => undefined,
    });
  });
  afterEach(async () => {
    await database.close();
    await empty.drop();
  });

  it('needs the newest migration', async () => {
    expect(await schemaState(database)).toEqual({ upToDate: false, needs: newestMigration });
  });

  it('is up to date once it is migrated; a second time there is nothing to do', async () => {
    expect(await migrateSchema(empty.dsn)).toEqual({ migrated: true, applied: all });
    expect(await schemaState(database)).toEqual({ upToDate: true });
    expect(await migrateSchema(empty.dsn)).toEqual({ migrated: true, applied: [] });
  });

  it('is migrated once by several at once', async () => {
    const migrated = await Promise.all([migrateSchema(empty.dsn), migrateSchema(empty.dsn), migrateSchema(empty.dsn)]);
    expect(migrated.flatMap((each) => (each.migrated ? each.applied : [each.reason]))).toEqual(all);
    const { rows } = await database.query({ name: 'names', text: 'select name from migrations order by id', values: [] });
    expect(rows).toEqual(all.map((name) => ({ name })));
  });
});

describe('a schema', () => {
  let spec: SpecDatabase;
  beforeAll(async () => {
    spec = await specDatabase();
  });
  afterAll(() => spec.drop());

  it('that a newer build has migrated is up to date for this one', async () => {
    await spec.rows(`insert into migrations (timestamp, name) values (9999999999999, 'FromTheFuture')`);
    expect(await schemaState(spec.database)).toEqual({ upToDate: true });
  });

  it('that has not seen the newest migration is not', async () => {
    await spec.rows(`delete from migrations where name = $1`, [newestMigration]);
    expect(await schemaState(spec.database)).toEqual({ upToDate: false, needs: newestMigration });
  });
});

it('a database that cannot be reached is said to be so', async () => {
  expect(await migrateSchema('postgres://nobody@127.0.0.1:1/none')).toMatchObject({
    migrated: false,
    reason: expect.stringContaining('ECONNREFUSED'),
  });
});

it('what the planner knew of the queue is forgotten by the migration after which it looks no more', async () => {
  const spec = await specDatabase();
  try {
    const known = () =>
      spec.rows(
        `select tablename from pg_stats where schemaname = 'public' and attname = 'status' and tablename in ('deliveries', 'attempts')`,
      );
    await spec.rows(
      'alter table deliveries alter column status set statistics 100; alter table attempts alter column status set statistics 100',
    );
    await spec.accepted();
    await spec.rows('analyze deliveries, attempts');
    expect(await known()).toHaveLength(2);
    const Migration = migrations.find(({ name }) => name === 'PlansForAQueue1764370000000');
    if (Migration === undefined) throw new Error('there is no such migration');
    await spec.rows('begin');
    await new Migration().up({ query: (sql: string) => spec.rows(sql) } as unknown as Parameters<InstanceType<typeof Migration>['up']>[0]);
    await spec.rows('commit');
    expect(await known()).toEqual([]);
    await spec.rows('analyze deliveries, attempts');
    expect(await known()).toEqual([]);
  } finally {
    await spec.drop();
  }
});
