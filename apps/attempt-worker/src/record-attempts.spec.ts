import { createLogger } from '@mail/runtime';
import { takeAttempts, type Database, type TakenAttempt } from '@mail/persistence';
import { eventually, testDatabase, type TestDatabase } from '@mail/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { claimedAttempt } from '../testing/claimed-attempt.js';
import { openSpecDatabase } from '../testing/open-spec-database.js';
import type { PerformedAttempt } from './perform-attempt.js';
import { recordAttempts, type AttemptRecords } from './record-attempts.js';

const WORKER = 'worker-1';

let test: TestDatabase;
let database: Database;
let events: string[];
let statements: string[];
let records: AttemptRecords;
beforeEach(async () => {
  test = await testDatabase();
  database = await openSpecDatabase(test.dsn);
  events = [];
  statements = [];
  const counted: Database = { ...database, query: (config) => (statements.push(config.name), database.query(config)) };
  const write = (line: string) => events.push((JSON.parse(line) as { event: string }).event);
  const logger = createLogger({ app: 'attempt-worker', logLevel: 'info' }, { write });
  records = recordAttempts({
    database: counted,
    workerId: WORKER,
    policy: { scheduleMs: [60_000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 },
    logger,
  });
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

async function taken(count: number): Promise<TakenAttempt[]> {
  for (let n = 0; n < count; n += 1) await claimedAttempt(test);
  return takeAttempts(database, count, WORKER);
}

const accepted = (attempt: TakenAttempt): PerformedAttempt => ({
  attempt,
  result: {
    outcome: 'provider_accepted',
    phase: 'final',
    reply: null,
    recipients: [{ position: 0, answer: 'accepted', reply: null }],
    finalDotSent: true,
    error: null,
  },
  tookMs: 1,
  renderedMs: 0,
  phases: null,
  span: null,
});

const outcomes = async (): Promise<Record<string, string>> => {
  const { rows } = await test.client.query<{ attempt_id: string; is: string }>(
    'select attempt_id, coalesce(outcome, status) as is from attempts',
  );
  return Object.fromEntries(rows.map(({ attempt_id, is }) => [attempt_id, is]));
};

it('an outcome waits for the next take, and is written with it', async () => {
  const [first, second] = await taken(2);
  if (first === undefined || second === undefined) throw new Error('nothing was taken');
  const next = [await claimedAttempt(test), await claimedAttempt(test), await claimedAttempt(test)];
  const written = [first, second].map((attempt) => records.record(accepted(attempt)));
  expect(records.waiting).toBe(2);
  const attempts = await records.writeAndTake(2);
  await Promise.all(written);
  expect(attempts.map(({ attempt_id }) => attempt_id)).toEqual(next.slice(0, 2));
  expect(statements).toEqual(['record_and_take']);
  expect(records.waiting).toBe(0);
});

it('with nothing to be written, it only takes', async () => {
  const attempt = await claimedAttempt(test);
  expect((await records.writeAndTake(5)).map(({ attempt_id }) => attempt_id)).toEqual([attempt]);
  expect(statements).toEqual(['take_attempts']);
});

it('an outcome that cannot be written is kept through the outage, and nothing is taken meanwhile', async () => {
  const [attempt] = await taken(1);
  if (attempt === undefined) throw new Error('nothing was taken');
  const next = await claimedAttempt(test);
  const written = records.record(accepted(attempt));
  await test.allowConnections(false);
  await expect(records.writeAndTake(5)).rejects.toThrow();
  await eventually('the outcome is kept', () => events.includes('outcome_kept'));
  await test.allowConnections(true);
  await written;
  expect(await outcomes()).toEqual({ [attempt.attempt_id]: 'provider_accepted', [next]: 'claimed' });
});

it('an outcome whose facts have moved on is settled anew, and keeps its slot until then', async () => {
  const [attempt] = await taken(1);
  if (attempt === undefined) throw new Error('nothing was taken');
  const next = await claimedAttempt(test);
  await test.client.query('update deliveries set revision = revision + 1');
  const written = records.record(accepted(attempt));
  expect(await records.writeAndTake(0)).toEqual([]);
  await written;
  expect(statements).toEqual(['record_and_take', 'record_settlements', 'read_held_attempts', 'record_settlements']);
  expect(await outcomes()).toEqual({ [attempt.attempt_id]: 'provider_accepted', [next]: 'claimed' });
});

it('an attempt that another has settled is told of, and not written', async () => {
  const [attempt] = await taken(1);
  if (attempt === undefined) throw new Error('nothing was taken');
  await test.client.query(`update attempts set token = gen_random_uuid()`);
  const written = records.record(accepted(attempt));
  await records.writeAndTake(0);
  await written;
  expect(events).toEqual(['attempt_token_void']);
  expect(await outcomes()).toEqual({ [attempt.attempt_id]: 'in_progress' });
});

it.each(['deliveries', 'delivery_recipients'])(
  'of many deliveries of which somebody holds a row of %s, few are sent that cannot be recorded, and all the others are',
  async (table) => {
    const out = await taken(4);
    const [held, free] = [[], []] as [string[], string[]];
    for (let n = 0; n < 20; n += 1) held.push(await claimedAttempt(test));
    for (let n = 0; n < 3; n += 1) free.push(await claimedAttempt(test));
    const letGo = Promise.withResolvers<void>();
    const holding = Promise.withResolvers<void>();
    const holder = database.transaction(async (client) => {
      const text = `select 1 from ${table} where delivery_id in (select delivery_id from attempts where attempt_id = any($1::uuid[])) for update`;
      await client.query({ name: 'hold', text, values: [[...out.map(({ attempt_id }) => attempt_id), ...held]] });
      holding.resolve();
      await letGo.promise;
    });
    await holding.promise;
    for (const attempt of out) void records.record(accepted(attempt));
    await records.writeAndTake(0);
    await eventually('it is known that they are held', () => records.locked === out.length);
    expect((await records.writeAndTake(10)).map(({ attempt_id }) => attempt_id).toSorted()).toEqual(free.toSorted());
    letGo.resolve();
    await holder;
    await eventually('they are recorded', () => records.locked === 0);
    const all = await outcomes();
    expect(new Set(held.map((id) => all[id]))).toEqual(new Set(['scheduled']));
  },
);

it('once nothing is taken any more, what waits is written, and what comes', async () => {
  const [first, second] = await taken(2);
  if (first === undefined || second === undefined) throw new Error('nothing was taken');
  const before = records.record(accepted(first));
  records.flush();
  const after = records.record(accepted(second));
  await Promise.all([before, after]);
  expect(statements.every((name) => name === 'record_settlements')).toBe(true);
  expect(Object.values(await outcomes())).toEqual(['provider_accepted', 'provider_accepted']);
});
