import { subscribe, type Database, type Subscription } from '@mail/persistence';
import { createLogger } from '@mail/runtime';
import { eventually, testDatabase, type TestDatabase } from '@mail/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSpecDatabase } from '../testing/open-spec-database.js';
import { claimDue } from './claim-due.js';

let test: TestDatabase;
let database: Database;
let subscription: Subscription;
const told: number[] = [];
beforeAll(async () => {
  test = await testDatabase();
  database = await openSpecDatabase(test.dsn);
  subscription = subscribe(test.dsn, 'mail spec', 'mail_claimed', (lane) => told.push(lane));
  await eventually('the subscription listens', () => told.length > 0);
  told.length = 0;
});
afterAll(async () => {
  await subscription.close();
  await database.close();
  await test.drop();
});

const due = async (lane: number): Promise<void> => {
  await test.client.query(
    `with delivery as (
      insert into deliveries (delivery_id, source, idempotency_key, status, priority, message_id, from_email, created_at, on_uncertain)
      values (gen_random_uuid(), 's', gen_random_uuid(), 'queued', 'normal', '<' || gen_random_uuid() || '@x.example>', 'f@x.example', now(), 'retry')
      returning delivery_id
    )
    insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at)
    select gen_random_uuid(), delivery_id, 1, $1, 'scheduled', now() from delivery`,
    [lane],
  );
};
const claimed = async (): Promise<number[]> => {
  const { rows } = await test.client.query<{ lane: number }>(`select lane from attempts where status = 'claimed' order by lane`);
  return rows.map(({ lane }) => lane);
};

it('urgent mail is claimed beside a turn whose claim is held up, and the workers are told', async () => {
  const held = Promise.withResolvers<void>();
  let statements = 0;
  const claims = claimDue({
    database: {
      ...database,
      query: async (config) => {
        if (config.name === 'claim_due_attempts' && ++statements === 1) await held.promise;
        return database.query(config);
      },
    },
    tell: true,
    logger: createLogger({ app: 'scheduler', logLevel: 'fatal' }),
    pollIntervalMs: 250,
    claimWindow: 200,
  });
  await due(0);
  await due(2);
  claims.urgent();
  expect(statements).toBe(0);
  const turn = claims.turn();
  await eventually('the claim is held up', () => statements === 1);
  claims.urgent();
  await eventually('the workers are told', () => told.length > 0);
  expect(await claimed()).toEqual([0]);
  held.resolve();
  await turn;
  expect(await claimed()).toEqual([0, 2]);
  await eventually('the workers are told again', () => told.length > 1);
  expect(told).toEqual([0, 2]);
});
