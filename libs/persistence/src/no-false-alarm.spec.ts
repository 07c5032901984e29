import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptFromStream } from '../testing/accept-from-stream.js';
import { aDelivery, WITH_SECRET } from '../testing/a-delivery.js';
import { ACCEPTED, claimAll, outcomeOf, PUT_OFF, REFUSED, stateOf, UNCERTAIN } from '../testing/attempts.js';
import { age, expirePage, recoverLost } from '../testing/recovery.js';
import { DAY_MS, specDatabase, type SpecDatabase } from '../testing/spec-database.js';
import { sweepPage } from '../testing/sweep-page.js';
import { findUnaccounted, type Unaccounted } from './find-unaccounted.js';
import { recordOutcomes } from './record-outcomes.js';
import { sweepEndedDeliveries, sweepExpiredKeys } from './statements/delete-expired.js';
import { takeAttempts } from './statements/take-attempts.js';

let spec: SpecDatabase;
beforeAll(async () => {
  spec = await specDatabase();
});
afterAll(() => spec.drop());

const BATCHES = 40;
const RESULTS = [ACCEPTED, PUT_OFF, UNCERTAIN, REFUSED, ACCEPTED];
/** Replaying, superseding, with secrets, suppressed, past its expiry, soon past it, held when uncertain, and plain. */
const batch = (n: number) => [
  aDelivery({ idempotencyKey: `again-${n % 7}`, onUncertain: 'hold' }),
  aDelivery({ supersedeKey: `address-${n % 5}`, ...WITH_SECRET }),
  aDelivery({ suppressed: true }),
  aDelivery({ expiresAt: '1970-01-01T00:00:00Z' }),
  aDelivery({ expiresAt: null, expiresInMs: 300 }),
  aDelivery({ onUncertain: 'hold' }),
  aDelivery(),
];

/** The rows that nobody works on: what the product never does must not wait for its locks, in whatever order they are taken. */
const unlocked = (table: string, condition: string): string =>
  `ctid = any(array(select ctid from ${table} where ${condition} for update skip locked))`;

it('a check finds nothing, whatever goes on while it looks', async () => {
  const { database } = spec;
  const other = await spec.another();
  let accepting = true;
  const meanwhile = async (turn: (n: number) => Promise<unknown>): Promise<void> => {
    for (let n = 0; accepting; n += 1) await turn(n);
  };
  const accept = async (): Promise<void> => {
    for (let n = 0; n < BATCHES; n += 1) {
      await acceptFromStream(spec, 's', batch(n));
      await spec.accept(...batch(n));
    }
    accepting = false;
  };
  const checks: Unaccounted[] = [];
  let settled = 0;
  let deleted = 0;
  await Promise.all([
    accept(),
    meanwhile(async (n) => checks.push(await findUnaccounted(other, { full: n % 2 === 0 }))),
    meanwhile(() => claimAll(database)),
    meanwhile(async (n) => {
      const taken = await takeAttempts(database, 8, 'worker-1');
      const result = RESULTS[n % RESULTS.length] ?? ACCEPTED;
      const outcomes = taken.map((attempt) => outcomeOf(stateOf(attempt), result));
      settled += (await recordOutcomes(database, outcomes, { late: 'settle' })).length;
    }),
    // What is taken is lost, sooner or later, and its result comes late.
    meanwhile(() => recoverLost(other)),
    meanwhile(async () => {
      await age(spec);
      await spec.rows(
        `update attempts set scheduled_at = date_trunc('milliseconds', now()) where ${unlocked('attempts', `status = 'scheduled'`)}`,
      );
      await spec.rows(
        `update idempotency_keys set expires_at = now() where ${unlocked('idempotency_keys', `idempotency_key not like 'again-%'`)}`,
      );
    }),
    meanwhile(() => expirePage(other, 10)),
    meanwhile(async () => {
      deleted += await sweepPage(sweepEndedDeliveries, other, -1000, 5);
      await sweepPage(sweepExpiredKeys, other, -DAY_MS, 5);
    }),
  ]);
  expect(checks.flatMap(({ breaches }) => breaches)).toEqual([]);
  // It did look, and there was something to see.
  expect({ checks: checks.length > 10, settled: settled > 50, deleted: deleted > 50 }).toEqual({
    checks: true,
    settled: true,
    deleted: true,
  });
}, 60_000);
