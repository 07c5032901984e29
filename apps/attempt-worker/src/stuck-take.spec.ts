import { createLogger } from '@mail/runtime';
import type { Database } from '@mail/persistence';
import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimedAttempt } from '../testing/claimed-attempt.js';
import { openSpecDatabase } from '../testing/open-spec-database.js';
import { recordAttempts, type AttemptRecords } from './record-attempts.js';

let test: TestDatabase;
let database: Database;
let lines: { event: string; id?: string }[];
let statements: string[];
let records: AttemptRecords;
beforeEach(async () => {
  test = await testDatabase();
  database = await openSpecDatabase(test.dsn);
  lines = [];
  statements = [];
  const counted: Database = { ...database, query: (config) => (statements.push(config.name), database.query(config)) };
  const logger = createLogger(
    { app: 'attempt-worker', logLevel: 'info' },
    { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
  );
  records = recordAttempts({
    database: counted,
    workerId: 'worker-1',
    policy: { scheduleMs: [60_000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 },
    logger,
  });
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

async function withABadOne(): Promise<{ bad: string; sound: string[] }> {
  const bad = await claimedAttempt(test);
  const sound = [await claimedAttempt(test), await claimedAttempt(test)];
  await test.client.query(`create function refuse_bad() returns trigger language plpgsql as $$
    begin if new.attempt_id = '${bad}' then raise exception 'bad' using errcode = 'check_violation'; end if; return new; end $$`);
  await test.client.query('create trigger refuse_bad before update on attempts for each row execute function refuse_bad()');
  return { bad, sound };
}

it('an attempt that cannot be taken keeps none of the others from being taken, and is told of', async () => {
  const { bad, sound } = await withABadOne();
  expect((await records.writeAndTake(5)).map(({ attempt_id }) => attempt_id).sort()).toEqual(sound.sort());
  expect(lines).toMatchObject([{ event: 'row_stuck', id: bad, kind: 'take' }]);
  expect(records.stuck.count).toBe(1);
});

it('it is left out of the next takes, which are one statement each, as ever', async () => {
  await withABadOne();
  await records.writeAndTake(5);
  statements = [];
  const next = await claimedAttempt(test);
  expect((await records.writeAndTake(5)).map(({ attempt_id }) => attempt_id)).toEqual([next]);
  expect(statements).toEqual(['take_attempts']);
});

it('an attempt with all that it needs to be sent comes of a take that was taken apart', async () => {
  await withABadOne();
  const [taken] = await records.writeAndTake(5);
  expect(taken).toMatchObject({ lane: 1, source: 'shop', content: {}, recipients: [{ address: 'a@x.example' }] });
});
