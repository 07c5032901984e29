import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { testDatabase, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSpecDatabase } from '../testing/open-spec-database.js';
import { checkConservation, type ConservationCheck } from './check-conservation.js';

let test: TestDatabase;
let database: Database;
beforeAll(async () => {
  test = await testDatabase();
  database = await openSpecDatabase(test.dsn);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

const check = (): ConservationCheck =>
  checkConservation({
    database,
    logger: createLogger({ app: 'scheduler', logLevel: 'fatal' }),
    intervalMs: 30_000,
    longestTransactionMs: 60_000,
  });
const turn = ({ turn }: ConservationCheck) => turn(new AbortController().signal, () => undefined);

it('nothing is told before the first check', () => {
  expect(check().counts()).toEqual({});
});

it('what was found is looked at again until it is mended, however long ago it ended', async () => {
  const { rows } = await test.client.query<{ delivery_id: string }>(
    `insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, message_id, from_email, created_at, ended_at, on_uncertain)
    values (gen_random_uuid(), 's', 'k', 'sent', 'provider_accepted', 'normal', '<m>', 'f@x.example', now(), now(), 'retry') returning delivery_id`,
  );
  const knowing = check();
  expect(await turn(knowing)).toBe(30_000);
  expect(knowing.counts()).toMatchObject({ payload_missing: 1, recipient_missing: 1, attempt_missing: 0 });
  await test.client.query(`update deliveries set ended_at = now() - interval '2 hours'`);
  await turn(knowing);
  expect(knowing.counts()).toMatchObject({ payload_missing: 1 });
  const unknowing = check();
  await turn(unknowing);
  expect(unknowing.counts()).toMatchObject({ payload_missing: 0 });
  await test.client.query(`insert into delivery_payloads (delivery_id, content) values ($1, '{}')`, [rows[0]?.delivery_id]);
  await turn(knowing);
  expect(knowing.counts()).toMatchObject({ payload_missing: 0, recipient_missing: 1 });
});

it('a check of much rests between its pages, twenty times as long as each took', async () => {
  const rests: number[] = [];
  const slow = checkConservation({
    database: {
      query: async (config) => {
        await pause(200);
        return database.query(config);
      },
    },
    logger: createLogger({ app: 'scheduler', logLevel: 'fatal' }),
    intervalMs: 30_000,
    longestTransactionMs: 60_000,
    rest: (ms) => Promise.resolve(void rests.push(ms)),
  });
  await turn(slow);
  expect(rests.length).toBeGreaterThanOrEqual(3);
  for (const ms of rests) expect(ms).toBeGreaterThanOrEqual(190 * 20);
});

it('a check that is told to stop ends after its page', async () => {
  const stopping = new AbortController();
  let pages = 0;
  const stopped = check().turn(stopping.signal, () => {
    pages += 1;
    stopping.abort();
  });
  await expect(stopped).rejects.toThrow();
  expect(pages).toBe(1);
});
