import { lostResult, settleAttempt, type RetryPolicy } from '@mail/domain';
import { findLostAttempts, readLostAttempts, recordOutcomes, type Database, type FoundLost } from '@mail/persistence';
import { counter, newId, traceIdIn, type Logger } from '@mail/runtime';
import { stuckRows, type StuckRows } from '@mail/runtime/stuck-rows';
import { traceRecovery } from './trace-recovery.js';

export interface RecoverLostOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly policy: RetryPolicy;
  /** The longest attempt plus the margin: recovering sooner would itself make duplicates. */
  readonly staleAfterMs: number;
  readonly intervalMs: number;
}

export interface RecoverLost {
  /** Settles the attempts whose worker is lost as uncertain, but those of which another transaction holds a row. */
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<number>;
  readonly stuck: StuckRows<FoundLost>;
}

const PAGE = 500;

export function recoverLost({ database, logger, policy, staleAfterMs, intervalMs }: RecoverLostOptions): RecoverLost {
  const claims = counter('mail.claims.recovered', [{ kind: 'lost' }]);
  const deliveries = counter('mail.deliveries.ended');
  const stuck = stuckRows<FoundLost>({ kind: 'recover', idOf: ({ attempt_id }) => attempt_id, logger });
  const recover = async (attemptIds: readonly string[]): Promise<void> => {
    const lost = await readLostAttempts(database, attemptIds);
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
  };
  return {
    stuck,
    async turn(signal, beat) {
      for (let after: FoundLost | undefined; !signal.aborted;) {
        const page = await findLostAttempts(database, staleAfterMs, PAGE, after);
        await stuck.work(page, async (some) => {
          beat();
          await recover(some.map(({ attempt_id }) => attempt_id));
        });
        if (page.length < PAGE) break;
        after = page.at(-1);
      }
      if (!signal.aborted) stuck.passed();
      return intervalMs;
    },
  };
}
