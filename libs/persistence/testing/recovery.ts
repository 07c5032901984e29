import { lostResult, settleAttempt, uuidV7 } from '@mail/domain';
import { randomBytes } from 'node:crypto';
import type { Database } from '../src/database.js';
import { recordOutcomes, type Recorded } from '../src/record-outcomes.js';
import { findExpiredDeliveries, expireDeliveries } from '../src/statements/expire-deliveries.js';
import { findStaleClaims, giveBackClaims } from '../src/statements/give-back-stale-claims.js';
import { findLostAttempts, readLostAttempts, type LostAttempt, type StoredAttemptState } from '../src/statements/read-attempt-states.js';
import type { Ended } from '../src/statements/end-unstarted.js';
import { POLICY } from './attempts.js';
import type { SpecDatabase } from './spec-database.js';

export const STALE_AFTER_MS = 45_000;

/** Makes the attempts in progress older than recovery waits; but those that somebody works on: it waits for no lock. */
export async function age(spec: SpecDatabase): Promise<void> {
  await spec.rows(
    `update attempts set claimed_at = claimed_at - interval '50 s', started_at = started_at - interval '50 s'
     where ctid = any(array(select ctid from attempts where status in ('claimed', 'in_progress') for update skip locked))`,
  );
}

export const settleLost = (lost: readonly StoredAttemptState[]) =>
  lost.map((state) => ({
    state,
    retryAttemptId: uuidV7(Date.now(), randomBytes(10)),
    settle: (facts: StoredAttemptState) => settleAttempt(lostResult(facts), facts, POLICY, facts.now, 0.5),
  }));

/** A page of attempts whose worker is lost, the longest in progress first. */
export async function lostAttempts(database: Database, limit = 100): Promise<LostAttempt[]> {
  const found = (await findLostAttempts(database, STALE_AFTER_MS, limit)).map(({ attempt_id }) => attempt_id);
  const lost = await readLostAttempts(database, found);
  return lost.sort((one, other) => found.indexOf(one.attemptId) - found.indexOf(other.attemptId));
}

/** One page of recovery, as the scheduler does it. */
export async function recoverLost(database: Database): Promise<Recorded[]> {
  return recordOutcomes(database, settleLost(await lostAttempts(database)), { late: 'leave' });
}

/** One page of claims that never started is given back. */
export async function giveBackStale(database: Database): Promise<string[]> {
  return giveBackClaims(database, await findStaleClaims(database, STALE_AFTER_MS, 100));
}

/** One page of deliveries past their expiry is ended. */
export async function expirePage(database: Database, limit: number): Promise<readonly Ended[]> {
  const expired = await findExpiredDeliveries(database, limit);
  return expireDeliveries(
    database,
    expired.map(({ delivery_id }) => delivery_id),
  );
}
