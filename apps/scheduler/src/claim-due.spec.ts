import type { Database } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { aQueued } from '../testing/a-queued.js';
import { openSpecDatabase } from '../testing/open-spec-database.js';
import { claimDue } from './claim-due.js';

let test: TestDatabase;
let database: Database;
let statements: string[];
let events: string[];
beforeEach(async () => {
  test = await testDatabase();
  statements = [];
  events = [];
  // As when the queue is full, in this database alone.
  await test.client.query(`alter function pg_catalog.pg_notify(text, text) rename to pg_notify_of_the_server`);
  await test.client.query(`create function pg_catalog.pg_notify(text, text) returns void language plpgsql as
    $$ begin raise exception 'too many notifications in the NOTIFY queue' using errcode = 'program_limit_exceeded'; end $$`);
  database = await openSpecDatabase(test.dsn);
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

const claims = () =>
  claimDue({
    database: { ...database, query: (config) => (statements.push(config.name), database.query(config)) },
    tell: true,
    logger: createLogger(
      { app: 'scheduler', logLevel: 'info' },
      { write: (line) => void events.push((JSON.parse(line) as { event: string }).event) },
    ),
    pollIntervalMs: 250,
    claimWindow: 200,
  });
const claimed = async (): Promise<number> => {
  const { rows } = await test.client.query(`select 1 from attempts where status = 'claimed'`);
  return rows.length;
};

it('a notification that fails costs no claim: the same turn claims without it', async () => {
  const { turn } = claims();
  await aQueued(test);
  await turn();
  expect(await claimed()).toBe(1);
  expect(events).toEqual(['notify_failed']);
});

it('after a notification has failed, claims go without for a while, in one statement each', async () => {
  const { turn } = claims();
  await aQueued(test);
  await turn();
  statements = [];
  await aQueued(test);
  await turn();
  expect(await claimed()).toBe(2);
  expect(statements).toEqual(['claim_due_attempts']);
  expect(events).toEqual(['notify_failed']);
});
