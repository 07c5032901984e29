import { settleAttempt, type RetryPolicy, type Settlement } from '@mail/domain';
import {
  isDamagedError,
  isDatabaseUnavailable,
  findClaimedAttempts,
  isLockedError,
  putOffHeldClaims,
  recordAndTake,
  recordOutcomes,
  takeAttempts,
  takeGivenAttempts,
  type Database,
  type Outcome,
  type Recorded,
  type TakenAttempt,
} from '@mail/persistence';
import { groupCommit, isTracing, newId, throughOutage, traceIdIn, type Logger } from '@mail/runtime';
import { stuckRows, type StuckRows } from '@mail/runtime/stuck-rows';
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
  /**
   * Resolves once the outcome is durable, or another has settled the attempt. In an outage, and while another transaction holds a row of the
   * delivery, it is kept for as long as that takes.
   */
  record(performed: PerformedAttempt): Promise<void>;
  /** Outcomes that the next `writeAndTake` will write. */
  readonly waiting: number;
  /** Outcomes that are kept since another transaction holds a row of their delivery. */
  readonly locked: number;
  /** Attempts that cannot be taken. */
  readonly stuck: StuckRows<string>;
  /** Takes up to `limit` attempts, and writes nothing. One that cannot be taken keeps none of the others. */
  take(limit: number): Promise<TakenAttempt[]>;
  /**
   * Writes what waits, and takes up to `limit` attempts, in one statement. What cannot be written so is written by itself, as it is from
   * `flush` on; rejects when the database cannot be used.
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

type Written = Pick<Recorded, 'settlement' | 'ended' | 'locked'>;

/** Another transaction holds a row that the outcome has to be written to. */
export class LockedOutcomeError extends Error {
  override readonly name = 'LockedOutcomeError';
}

/** No outcome is at fault for it. */
const isOutage = (error: unknown): boolean => isDatabaseUnavailable(error) && !isDamagedError(error);

const VOID: Written = { settlement: null, ended: null };
/** So many claims are looked through for those of held deliveries, at most so often, and these are due again in so many ms. */
const PUT_OFF = { most: 500, everyMs: 200, forMs: 2_000 };
const MAX_BATCH = 500;
const MAX_IN_FLIGHT = 2;

/** Settles and writes results, many together, along with the take of what comes next. */
export function recordAttempts({ database, workerId, policy, logger }: RecordAttemptsOptions): AttemptRecords {
  let queue: Waiting[] = [];
  let flushing = false;
  let locked = 0;
  const measure = measureAttempts();

  const written = ({ performed, sinceMs, resolve }: Waiting, { settlement, ended }: Written): void => {
    if (settlement !== null) measure?.(performed, settlement, ended, performance.now() - sinceMs);
    endAttemptTrace(performed, settlement);
    logOutcome(logger, performed, settlement);
    resolve();
  };
  // Also after recovery has called an attempt uncertain: a success that is written late cancels the retry that has not started.
  const write = async (batch: readonly Outcome[]): Promise<readonly Written[]> => {
    const recorded = await recordOutcomes(database, batch, { late: 'settle' });
    const ofAttempt = new Map(recorded.map((each) => [each.outcome.state.attemptId, each]));
    return batch.map(({ state }) => ofAttempt.get(state.attemptId) ?? VOID);
  };
  const writes = groupCommit<Outcome, Written>({
    maxSize: MAX_BATCH,
    maxInFlight: MAX_IN_FLIGHT,
    isOutage,
    write,
  });
  const orLocked = (one: Written | undefined): Written => {
    if (one?.locked === true) throw new LockedOutcomeError('another transaction holds a row of the delivery');
    return one ?? VOID;
  };
  const isLocked = (error: unknown): boolean => error instanceof LockedOutcomeError || isLockedError(error);
  const writeAlone = (waiting: Waiting): void => {
    let isKeptAlone = false;
    // One that is locked is tried again by itself: in a batch it would hold up the others.
    const writeOne = async (): Promise<Written> =>
      isKeptAlone ? orLocked((await write([waiting.outcome]))[0]) : orLocked(await writes.submit(waiting.outcome));
    throughOutage(writeOne, {
      isOutage: (error) => isOutage(error) || isLocked(error),
      onRetry(error) {
        if (isLocked(error) && !isKeptAlone) {
          isKeptAlone = true;
          locked += 1;
        }
        logger.warn({ event: 'outcome_kept', err: error }, 'an outcome cannot be written yet, and is kept');
      },
    })
      .finally(() => (locked -= isKeptAlone ? 1 : 0))
      .then((recorded) => written(waiting, recorded), waiting.reject);
  };

  const stuck = stuckRows<string>({ kind: 'take', idOf: (id) => id, logger });
  /** Takes as many as it can of what cannot be taken as a whole. */
  const takeApart = async (limit: number): Promise<TakenAttempt[]> => {
    const taken: TakenAttempt[] = [];
    await stuck.work(await findClaimedAttempts(database, limit, stuck.resting), async (some) => {
      taken.push(...(await takeGivenAttempts(database, some, workerId)));
    });
    return taken;
  };
  let putOffAtMs = -Infinity;
  /** While somebody holds rows of deliveries whose mails are out, there may be more of them: no more are sent that could not be recorded. */
  const putOffHeld = async (): Promise<void> => {
    const nowMs = performance.now();
    if (locked === 0 || nowMs - putOffAtMs < PUT_OFF.everyMs) return;
    putOffAtMs = nowMs;
    const count = await putOffHeldClaims(database, PUT_OFF.most, PUT_OFF.forMs);
    if (count > 0)
      logger.warn(
        { event: 'held_claims_put_off', count },
        'another transaction holds rows of deliveries whose mails are due: they are put off',
      );
  };
  const take = async (limit: number): Promise<TakenAttempt[]> => {
    try {
      await putOffHeld();
      const taken = await takeAttempts(database, limit, workerId, stuck.resting);
      // All that is claimed: what was stuck, and was not left out, is no more.
      if (taken.length < limit) stuck.passed();
      return taken;
    } catch (error) {
      if (isOutage(error) || isLockedError(error)) throw error;
      return takeApart(limit);
    }
  };

  return {
    stuck,
    record: (performed) =>
      new Promise((resolve, reject) => {
        const waiting = { performed, outcome: outcomeOf(performed, policy), sinceMs: performance.now(), resolve, reject };
        if (flushing) writeAlone(waiting);
        else queue.push(waiting);
      }),
    get waiting() {
      return queue.length;
    },
    get locked() {
      return locked;
    },
    take,
    async writeAndTake(limit) {
      if (queue.length === 0) return take(limit);
      if (locked > 0) {
        queue.splice(0).forEach(writeAlone);
        return take(limit);
      }
      const batch = new Map(queue.map((waiting) => [waiting.outcome.state.attemptId, waiting]));
      queue = [];
      const writeTheRest = (): void => {
        const rest = [...batch.values()];
        batch.clear();
        rest.forEach(writeAlone);
      };
      try {
        const outcomes = [...batch.values()].map(({ outcome }) => outcome);
        const record = () => recordAndTake(database, outcomes, limit, workerId, stuck.resting);
        const { recorded, taken } = await (isTracing() ? traceRecording([...batch.values()], record) : record());
        for (const { outcome, settlement } of recorded) {
          const { attemptId } = outcome.state;
          const waiting = batch.get(attemptId);
          batch.delete(attemptId);
          // Of a delivery that was queued: what comes late is not written here.
          if (waiting !== undefined) written(waiting, { settlement, ended: settlement.next.kind === 'end' ? 'first' : null });
        }
        return taken;
      } catch (error) {
        if (isOutage(error)) throw error;
        // It is the fault of one of the outcomes, which is no reason to take nothing.
        writeTheRest();
        return await take(limit);
      } finally {
        writeTheRest();
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
      schedulePosition: attempt.schedule_position,
      troubleSince: attempt.trouble_since,
      urgent: attempt.lane === 0,
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
