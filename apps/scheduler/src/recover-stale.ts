import { lostResult, settleAttempt, type RetryPolicy } from '@mail/domain';
import { giveBackStaleClaims, readLostAttempts, recordOutcomes, type Database } from '@mail/persistence';
import { counter, newId, traceIdIn, type Logger } from '@mail/runtime';
import { traceRecovery } from './trace-recovery.js';

export interface RecoverStaleOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly policy: RetryPolicy;
  /** The longest attempt plus the margin: recovering sooner would itself make duplicates. */
  readonly staleAfterMs: number;
  readonly intervalMs: number;
  /** What was given back is due again. */
  readonly wakeClaiming: () => void;
}

const PAGE = 500;

/** One turn of recovery: claims that never started go back, attempts whose worker is lost are settled as uncertain. */
export function recoverStale({
  database,
  logger,
  policy,
  staleAfterMs,
  intervalMs,
  wakeClaiming,
}: RecoverStaleOptions): () => Promise<number> {
  const claims = counter('mail.claims.recovered', [{ kind: 'given_back' }, { kind: 'lost' }]);
  const deliveries = counter('mail.deliveries.ended');
  return async () => {
    const givenBack = await giveBackStaleClaims(database, staleAfterMs);
    if (givenBack.length > 0) claims?.(givenBack.length, { kind: 'given_back' });
    for (const attempt_id of givenBack)
      logger.warn({ event: 'claim_given_back', attempt_id }, 'a claim that no worker started was given back');
    for (;;) {
      const lost = await readLostAttempts(database, staleAfterMs, PAGE);
      const ofAttempt = new Map(lost.map((attempt) => [attempt.attemptId, attempt]));
      const recorded = await recordOutcomes(
        database,
        lost.map((state) => ({
          state,
          retryAttemptId: newId(),
          settle: (facts) => settleAttempt(lostResult(facts), facts, policy, facts.now, Math.random()),
        })),
        { late: 'leave' },
      );
      for (const { outcome, settlement, ended } of recorded) {
        if (settlement === null) continue;
        const { next } = settlement;
        claims?.(1, { kind: 'lost' });
        if (next.kind === 'end' && ended === 'first') deliveries?.(1, { status: next.status, reason: next.reason });
        const { attemptId: attempt_id, deliveryId: delivery_id } = outcome.state;
        const attempt = ofAttempt.get(attempt_id);
        if (attempt !== undefined) traceRecovery(attempt, settlement);
        const line = { event: 'attempt_recovered', attempt_id, delivery_id, trace_id: traceIdIn(attempt?.traceparent ?? null) };
        logger.warn({ ...line, next: next.kind }, 'an attempt was lost in progress');
      }
      if (lost.length < PAGE) break;
    }
    if (givenBack.length > 0) wakeClaiming();
    return intervalMs;
  };
}
