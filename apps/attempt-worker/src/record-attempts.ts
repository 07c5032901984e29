import { settleAttempt, type RetryPolicy, type Settlement } from '@mail/domain';
import { isDatabaseUnavailable, recordOutcomes, type Database, type Outcome } from '@mail/persistence';
import { groupCommit, newId, throughOutage, type Logger } from '@mail/runtime';
import type { PerformedAttempt } from './perform-attempt.js';

export interface RecordAttemptsOptions {
  readonly database: Database;
  readonly policy: RetryPolicy;
  readonly logger: Logger;
}

const MAX_BATCH = 500;
const MAX_IN_FLIGHT = 2;

/**
 * Settles and writes results, those of a few ms together. Resolves once an outcome is durable, or another has settled the attempt. In an
 * outage a result is kept for as long as that takes: also after recovery has called the attempt uncertain, a success that is written
 * late cancels the retry that has not started.
 */
export function recordAttempts({ database, policy, logger }: RecordAttemptsOptions): (performed: PerformedAttempt) => Promise<void> {
  const writes = groupCommit<PerformedAttempt, Settlement | null>({
    maxSize: MAX_BATCH,
    maxInFlight: MAX_IN_FLIGHT,
    isOutage: isDatabaseUnavailable,
    write: async (batch) => {
      const outcomes = batch.map((performed) => outcomeOf(performed, policy));
      const recorded = await recordOutcomes(database, outcomes, { late: 'settle' });
      const settlements = new Map(recorded.map(({ outcome, settlement }) => [outcome.state.attemptId, settlement]));
      return batch.map(({ attempt }) => settlements.get(attempt.attempt_id) ?? null);
    },
  });
  return async (performed) => {
    const settlement = await throughOutage(() => writes.submit(performed), {
      isOutage: isDatabaseUnavailable,
      onRetry: (error) => logger.warn({ event: 'outcome_kept', err: error }, 'an outcome cannot be written yet, and is kept'),
    });
    logOutcome(logger, performed, settlement);
  };
}

function outcomeOf({ attempt, result, tookMs }: PerformedAttempt, policy: RetryPolicy): Outcome {
  // The server's clock, as far as it can be known here: its start time, and how long ago that was.
  const now = new Date(attempt.started_at.getTime() + tookMs);
  return {
    retryAttemptId: newId(),
    state: {
      attemptId: attempt.attempt_id,
      deliveryId: attempt.delivery_id,
      token: attempt.token,
      revision: attempt.revision,
      number: attempt.number,
      late: false,
      deliveryStatus: 'queued',
      onUncertain: attempt.on_uncertain,
      expiresAt: attempt.expires_at,
      superseded: attempt.superseded,
      otherUncertainAttempts: 0,
      recipients: attempt.recipients,
      now,
    },
    settle: (state) => settleAttempt(result, state, policy, state.now, Math.random()),
  };
}

function logOutcome(logger: Logger, { attempt, result, tookMs }: PerformedAttempt, settlement: Settlement | null): void {
  const line = {
    event: settlement === null ? 'attempt_token_void' : 'attempt_ended',
    delivery_id: attempt.delivery_id,
    attempt_id: attempt.attempt_id,
    number: attempt.number,
    outcome: result.outcome,
    phase: result.phase,
    smtp_code: result.reply?.code,
    error: result.error ?? undefined,
    took_ms: Math.round(tookMs),
    next: settlement?.next.kind,
  };
  if (settlement === null) logger.warn(line, 'the attempt was settled by another');
  else logger.info(line, 'attempt ended');
}
