import { eventually } from '@mail/testing';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { acceptCandidates } from './accept-candidates.js';
import { recordOutcomes } from './record-outcomes.js';
import { endUnstarted } from './statements/end-unstarted.js';
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

it('a settlement that waits for a key, to wipe a secret, holds no key that comes after it', async () => {
  await accepted();
  await claimAll(spec.database);
  const taken = await takeAttempts(spec.database, 100, 'worker-1');
  await lockKey('key-0');
  const recording = recordOutcomes(
    spec.database,
    taken.map((attempt) => outcomeOf(stateOf(attempt), ACCEPTED)),
    { late: 'settle' },
  );
  await isWaiting();
  expect(await freeKeys()).toEqual(ALL);
  await other.query('commit');
  expect(await recording).toHaveLength(10);
  expect(await spec.rows('select 1 from idempotency_keys where secret_hash is not null')).toEqual([]);
});

it('the end of unstarted deliveries that waits for a key holds no key that comes after it', async () => {
  const deliveries = await accepted();
  await lockKey('key-0');
  const ending = endUnstarted(
    spec.database,
    deliveries.map(({ deliveryId }) => deliveryId),
    'cancelled',
  );
  await isWaiting();
  expect(await freeKeys()).toEqual(ALL);
  await other.query('commit');
  expect(await ending).toHaveLength(10);
  expect(await spec.rows('select 1 from idempotency_keys where secret_hash is not null')).toEqual([]);
});

it('an acceptance that waits for a delivery, to supersede it, holds no key', async () => {
  const code = { ...WITH_SECRET, supersedeKey: 'a@x.example' };
  const older = await spec.accepted({ ...code, idempotencyKey: 'key-1' });
  await other.query('select 1 from deliveries where delivery_id = $1 for no key update', [older.deliveryId]);
  const again = candidate(aDelivery({ ...code, idempotencyKey: 'key-1' }));
  const newer = candidate(aDelivery({ ...code, idempotencyKey: 'key-2' }));
  const accepting = spec.database.transaction((transaction) => acceptCandidates(transaction, [again, newer], DAY_MS));
  await isWaiting();
  expect(await freeKeys()).toEqual(['key-1']);
  await other.query('commit');
  expect(await accepting).toMatchObject([{ replayed: true, deliveryId: older.deliveryId }, { replayed: false }]);
});

it('an acceptance that waits for a key of what it supersedes holds no key that comes after it', async () => {
  const code = { ...WITH_SECRET, supersedeKey: 'a@x.example' };
  await spec.accepted({ ...code, idempotencyKey: 'key-1' });
  await spec.accepted({ idempotencyKey: 'key-2' });
  await lockKey('key-1');
  const again = candidate(aDelivery({ idempotencyKey: 'key-2' }));
  const newer = candidate(aDelivery({ ...code, idempotencyKey: 'key-3' }));
  const accepting = spec.database.transaction((transaction) => acceptCandidates(transaction, [again, newer], DAY_MS));
  await isWaiting();
  expect(await freeKeys()).toEqual(['key-1', 'key-2']);
  await other.query('commit');
  expect(await accepting).toMatchObject([{ replayed: true }, { replayed: false }]);
});
