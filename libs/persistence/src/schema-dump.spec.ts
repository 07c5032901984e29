import { readFile } from 'node:fs/promises';
import { testDatabase } from '@mail/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { emptyDatabase } from '../testing/empty-database.js';
import { migrateSchema } from './migrate-schema.js';
import { dumpSchema } from './schema-dump.js';

const committed = (): Promise<string> => readFile(new URL('../../../migrations/schema.sql', import.meta.url), 'utf8');

async function inEmptyDatabase(make: (client: pg.Client, dsn: string) => Promise<unknown>): Promise<string> {
  const { dsn, drop } = await emptyDatabase();
  const client = new pg.Client({ connectionString: dsn });
  try {
    await client.connect();
    await make(client, dsn);
    return await dumpSchema(client);
  } finally {
    await client.end();
    await drop();
  }
}

it('migrations/schema.sql is what the migrations make; `node libs/persistence/dist/write-schema.js` writes it anew', async () => {
  expect(await inEmptyDatabase((_, dsn) => migrateSchema(dsn))).toBe(await committed());
});

it('migrations/schema.sql makes the same schema by itself', async () => {
  const sql = await committed();
  expect(await inEmptyDatabase((client) => client.query(sql))).toBe(sql);
});

it('a change of the schema changes its dump', async () => {
  const { client, drop } = await testDatabase();
  const changes = [
    'alter table attempts add column extra text',
    'alter table attempts alter column extra set not null',
    `alter table attempts alter column extra set default 'x'`,
    'alter table attempts add constraint extra_short check (length(extra) < 9)',
    'create index attempts_extra_idx on attempts (extra)',
    'alter table attempts set (fillfactor = 70)',
    'drop trigger ends_are_final on deliveries',
    'drop function refuse_transition()',
    'alter table dead_letters drop constraint dead_letters_delivery_id_fkey',
  ];
  const dumps = [await dumpSchema(client)];
  for (const change of changes) {
    await client.query(change);
    dumps.push(await dumpSchema(client));
  }
  await drop();
  expect(new Set(dumps).size).toBe(changes.length + 1);
});
