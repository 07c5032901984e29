import { settleAttempt, type RetryPolicy, type Settlement } from '@mail/domain';
import {
  isDatabaseUnavailable,
  recordAndTake,
  recordOutcomes,
  takeAttempts,
  type Database,
  type Outcome,
  type Recorded,
  type TakenAttempt,
} from '@mail/persistence';
import { groupCommit, isTracing, newId, throughOutage, traceIdIn, type Logger } from '@mail/runtime';
import { endAttemptTrace, traceRecording } from './attempt-trace.js';
import { measureAttempts } from './measure-attempts.js';
import type { PerformedAttempt } from './perform-attempt.js';

export interface RecordAttemptsOptions {
  readonly database: Database;
  readonly workerId: string;
  readonly policy: RetryPolicy;
  readonly logger: Logger;
}

export interface AttemptRecords {
  /** Resolves once the outcome is durable, or another has settled the attempt. In an outage it is kept for as long as that takes. */
  record(performed: PerformedAttempt): Promise<void>;
  /** Outcomes that the next `writeAndTake` will write. */
  readonly waiting: number;
  /** Takes up to `limit` attempts, and writes nothing. */
  take(limit: number): Promise<TakenAttempt[]>;
  /**
   * Writes what waits, and takes up to `limit` attempts, in one statement. Rejects when that fails; what waited is then written by
   * itself, as it is from `flush` on.
   */
  writeAndTake(limit: number): Promise<TakenAttempt[]>;
  /** Nothing is taken any more: what waits, and what comes, is written by itself. */
  flush(): void;
}

interface Waiting {
  readonly performed: PerformedAttempt;
  readonly outcome: Outcome;
  /** By the monotonic clock. */
  readonly sinceMs: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const VOID = { settlement: null, ended: null };
const MAX_BATCH = 500;
const MAX_IN_FLIGHT = 2;

/** Settles and writes results, many together, along with the take of what comes next. */
export function recordAttempts({ database, workerId, policy, logger }: RecordAttemptsOptions): AttemptRecords {
  let queue: Waiting[] = [];
  let flushing = false;
  const measure = measureAttempts();

  const written = ({ performed, sinceMs, resolve }: Waiting, { settlement, ended }: Pick<Recorded, 'settlement' | 'ended'>): void => {
    if (settlement !== null) measure?.(performed, settlement, ended, performance.now() - sinceMs);
    endAttemptTrace(performed, settlement);
    logOutcome(logger, performed, settlement);
    resolve();
  };
  // Also after recovery has called an attempt uncertain: a success that is written late cancels the retry that has not started.
  const writes = groupCommit<Outcome, Pick<Recorded, 'settlement' | 'ended'>>({
    maxSize: MAX_BATCH,
    maxInFlight: MAX_IN_FLIGHT,
    isOutage: isDatabaseUnavailable,
    write: async (batch) => {
      const recorded = await recordOutcomes(database, batch, { late: 'settle' });
      const ofAttempt = new Map(recorded.map((each) => [each.outcome.state.attemptId, each]));
      return batch.map(({ state }) => ofAttempt.get(state.attemptId) ?? VOID);
    },
  });
  const writeAlone = (waiting: Waiting): void => {
    throughOutage(() => writes.submit(waiting.outcome), {
      isOutage: isDatabaseUnavailable,
      onRetry: (error) => logger.warn({ event: 'outcome_kept', err: error }, 'an outcome cannot be written yet, and is kept'),
    }).then((recorded) => written(waiting, recorded), waiting.reject);
  };

  return {
    record: (performed) =>
      new Promise((resolve, reject) => {
        const waiting = { performed, outcome: outcomeOf(performed, policy), sinceMs: performance.now(), resolve, reject };
        if (flushing) writeAlone(waiting);
        else queue.push(waiting);
      }),
    get waiting() {
      return queue.length;
    },
    take: (limit) => takeAttempts(database, limit, workerId),
    async writeAndTake(limit) {
      if (queue.length === 0) return this.take(limit);
      const batch = new Map(queue.map((waiting) => [waiting.outcome.state.attemptId, waiting]));
      queue = [];
      try {
        const outcomes = [...batch.values()].map(({ outcome }) => outcome);
        const record = () => recordAndTake(database, outcomes, limit, workerId);
        const { recorded, taken } = await (isTracing() ? traceRecording([...batch.values()], record) : record());
        for (const { outcome, settlement } of recorded) {
          const { attemptId } = outcome.state;
          const waiting = batch.get(attemptId);
          batch.delete(attemptId);
          // Of a delivery that was queued: what comes late is not written here.
          if (waiting !== undefined) written(waiting, { settlement, ended: settlement.next.kind === 'end' ? 'first' : null });
        }
        return taken;
      } finally {
        batch.forEach(writeAlone);
      }
    },
    flush() {
      flushing = true;
      queue.splice(0).forEach(writeAlone);
    },
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

function logOutcome(logger: Logger, { attempt, result, tookMs, span }: PerformedAttempt, settlement: Settlement | null): void {
  const line = {
    event: settlement === null ? 'attempt_token_void' : 'attempt_ended',
    delivery_id: attempt.delivery_id,
    attempt_id: attempt.attempt_id,
    trace_id: span?.spanContext().traceId ?? traceIdIn(attempt.traceparent),
    span_id: span?.spanContext().spanId,
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
