import { eventually } from '@mail/testing';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { acceptCandidates } from './accept-candidates.js';
import { recordAndTake } from './record-outcomes.js';
import { takeAttempts } from './statements/take-attempts.js';
import { ACCEPTED, claimAll, outcomeOf, stateOf } from '../testing/attempts.js';
import { aDelivery, WITH_SECRET } from '../testing/a-delivery.js';
import { candidate, DAY_MS, specDatabase, type SpecDatabase } from '../testing/spec-database.js';

// Deliveries first, by their ids; then keys, by scope and key. A statement that has to wait for a row holds none that comes after it.

let spec: SpecDatabase;
/** Another process, in the middle of a transaction. */
let other: Client;
beforeAll(async () => {
  spec = await specDatabase();
});
beforeEach(async () => {
  await spec.empty();
  other = new Client({ connectionString: spec.dsn });
  await other.connect();
  await other.query('begin');
});
afterEach(() => other.end());
afterAll(() => spec.drop());

/** Ten deliveries with codes, whose keys are in the opposite order of their ids. */
async function accepted() {
  const deliveries = [...Array(10).keys()].map((index) => aDelivery({ ...WITH_SECRET, idempotencyKey: `key-${9 - index}` }));
  await spec.accept(...deliveries);
  return deliveries;
}

const lockKey = async (key: string): Promise<void> => {
  await other.query('select 1 from idempotency_keys where idempotency_key = $1 for update', [key]);
};
const isWaiting = () =>
  eventually('a statement waits', async () => {
    const waiting = await spec.rows(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    return waiting.length === 1;
  });
/** The keys that nobody holds but, at most, `other`. */
const freeKeys = async (): Promise<string[]> => {
  const { rows } = await other.query<{ idempotency_key: string }>(
    'select idempotency_key from idempotency_keys order by idempotency_key for update skip locked',
  );
  return rows.map(({ idempotency_key }) => idempotency_key);
};
const ALL = [...Array(10).keys()].map((index) => `key-${index}`);

it('a settlement that is taken along waits for a key, to wipe a secret, and holds no key that comes after it', async () => {
  await accepted();
  await claimAll(spec.database);
  const taken = await takeAttempts(spec.database, 100, 'worker-1');
  await lockKey('key-0');
  const recording = recordAndTake(
    spec.database,
    taken.map((attempt) => outcomeOf(stateOf(attempt), ACCEPTED)),
    0,
    'worker-1',
  );
  await isWaiting();
  expect(await freeKeys()).toEqual(ALL);
  await other.query('commit');
  expect((await recording).recorded).toHaveLength(10);
  expect(await spec.rows('select 1 from idempotency_keys where secret_hash is not null')).toEqual([]);
});

it('an acceptance that waits for a key holds no key that comes after it', async () => {
  await spec.accepted({ idempotencyKey: 'key-1' });
  await spec.accepted({ idempotencyKey: 'key-2' });
  // Past their time they are given anew, once their deliveries have ended.
  await spec.rows('update idempotency_keys set expires_at = now()');
  await lockKey('key-1');
  const again = ['key-2', 'key-1'].map((idempotencyKey) => candidate(aDelivery({ idempotencyKey })));
  const accepting = spec.database.transaction((transaction) => acceptCandidates(transaction, again, DAY_MS));
  await isWaiting();
  expect(await freeKeys()).toEqual(['key-1', 'key-2']);
  await other.query('commit');
  expect(await accepting).toMatchObject([{ replayed: true }, { replayed: true }]);
});
