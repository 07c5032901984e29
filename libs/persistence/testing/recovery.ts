import { lostResult, settleAttempt, uuidV7 } from '@mail/domain';
import { randomBytes } from 'node:crypto';
import type { Database } from '../src/database.js';
import { recordOutcomes, type Recorded } from '../src/record-outcomes.js';
import { readLostAttempts, type StoredAttemptState } from '../src/statements/read-attempt-states.js';
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

/** One page of recovery, as the scheduler does it. */
export async function recoverLost(database: Database): Promise<Recorded[]> {
  return recordOutcomes(database, settleLost(await readLostAttempts(database, STALE_AFTER_MS, 100)), { late: 'leave' });
}
