import { settleAttempt, type AttemptResult, type RetryPolicy } from '@mail/domain';
import {
  isDatabaseUnavailable,
  isLockedError,
  readHeldAttempts,
  recordOutcomes,
  type Database,
  type Recorded,
  type TakenAttempt,
} from '@mail/persistence';
import { counter, newId, throughOutage, traceIdIn, type Logger } from '@mail/runtime';
import { LockedOutcomeError } from './record-attempts.js';

/** What of a taken attempt is kept until its overdue reply comes. */
export type HeldAttempt = Pick<TakenAttempt, 'attempt_id' | 'delivery_id' | 'token' | 'number' | 'traceparent'>;

export interface RecordLateRepliesOptions {
  readonly database: Database;
  readonly policy: RetryPolicy;
  readonly logger: Logger;
}

export interface LateRecords {
  /** Settles and writes what became of an attempt that counts as uncertain. In an outage it is kept for as long as that takes. */
  record(attempt: HeldAttempt, result: AttemptResult): Promise<void>;
  /** Resolves once everything that came late is written. */
  settled(): Promise<void>;
}

/** Late replies are few: each is written by itself, from what is stored of its attempt by then. */
export function recordLateReplies({ database, policy, logger }: RecordLateRepliesOptions): LateRecords {
  const replies = counter('mail.attempts.late_replies', [
    { outcome: 'provider_accepted' },
    { outcome: 'transient_rejected' },
    { outcome: 'permanent_rejected' },
    { outcome: 'transport_failed' },
  ]);
  const ended = counter('mail.deliveries.ended');
  const corrected = counter('mail.deliveries.corrected', [{}]);
  const underWay = new Set<Promise<void>>();

  const write = async (attempt: HeldAttempt, result: AttemptResult): Promise<Recorded | null> => {
    const [state] = await readHeldAttempts(database, [{ attemptId: attempt.attempt_id, token: attempt.token }]);
    if (state === undefined) return null;
    const settle = (facts: typeof state) => settleAttempt(result, facts, policy, facts.now, Math.random());
    const [recorded] = await recordOutcomes(database, [{ state, settle, retryAttemptId: newId() }], { late: 'settle' });
    if (recorded?.locked === true) throw new LockedOutcomeError('another transaction holds a row of the delivery');
    return recorded ?? null;
  };
  const record = async (attempt: HeldAttempt, result: AttemptResult): Promise<void> => {
    const { attempt_id, delivery_id, number } = attempt;
    const line = { attempt_id, delivery_id, trace_id: traceIdIn(attempt.traceparent), number };
    try {
      const recorded = await throughOutage(() => write(attempt, result), {
        isOutage: (error) => isDatabaseUnavailable(error) || isLockedError(error) || error instanceof LockedOutcomeError,
        onRetry: (error) => logger.warn({ event: 'outcome_kept', err: error }, 'an outcome cannot be written yet, and is kept'),
      });
      const next = recorded?.settlement?.next;
      if (recorded === null || next === undefined) {
        logger.warn({ event: 'attempt_token_void', ...line, outcome: result.outcome }, 'the attempt was settled by another');
        return;
      }
      replies?.(1, { outcome: result.outcome });
      if (next.kind === 'end' && recorded.ended === 'first') ended?.(1, { status: next.status, reason: next.reason });
      if (recorded.ended === 'again') corrected?.(1, {});
      const told = { outcome: result.outcome, phase: result.phase, smtp_code: result.reply?.code, error: result.error ?? undefined };
      logger.info({ event: 'late_reply_recorded', ...line, ...told, next: next.kind }, 'an attempt that was uncertain is settled');
    } catch (error) {
      logger.error(
        { event: 'late_reply_lost', ...line, err: error },
        'what a late reply said cannot be written: the attempt stays uncertain',
      );
    }
  };
  return {
    record(attempt, result) {
      const recording = record(attempt, result).finally(() => underWay.delete(recording));
      underWay.add(recording);
      return recording;
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
