import {
  findActiveResendPlans,
  freezeChunk,
  isDatabaseUnavailable,
  resendChunk,
  type Database,
  type ResendChunkOptions,
  type ResendProgress,
} from '@mail/persistence';
import { counter, describeError, freshIds, measureAccepted, type Logger, type NextTurn } from '@mail/runtime';
import { traceChunk } from './trace-resends.js';

export interface WorkOnPlansOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly idempotencyTtlMs: number;
  readonly pollIntervalMs: number;
  /** What was accepted is due. */
  readonly wakeClaiming: () => void;
}

const FREEZE_CHUNK = 1000;
const RESEND_CHUNK = 200;

/**
 * One turn over the bulk resends: freezes a chunk of each that is planned, and sends a chunk of each that runs again. Each chunk is a
 * transaction that holds its plan, so that schedulers never work on one plan at once, and one that dies leaves nothing behind.
 */
export function workOnPlans({ database, logger, idempotencyTtlMs, pollIntervalMs, wakeClaiming }: WorkOnPlansOptions) {
  const measured = counter('mail.resend_plans.tried', [{ result: 'resent' }, { result: 'failed' }]);
  const measureResend = measureAccepted('operator');
  /** Of plans of which a chunk failed: how many to try together. Halved until the one that is to blame is alone. */
  const limits = new Map<string, number>();

  const freeze = async (plan_id: string): Promise<number> => {
    const frozen = await freezeChunk(database, plan_id, { chunk: FREEZE_CHUNK });
    if (frozen === null) return pollIntervalMs;
    const { next, total, resendable } = frozen;
    if (next === 'ready') logger.info({ event: 'resend_plan_ready', plan_id, total, resendable }, 'a plan of resends is ready');
    if (next === 'too_many')
      logger.warn({ event: 'resend_plan_too_large', plan_id, total }, 'a plan of resends was too large, and has ended');
    return next === 'more' ? 0 : pollIntervalMs;
  };

  const tracedChunk = async (plan_id: string, options: ResendChunkOptions): Promise<ResendProgress | null> => {
    const traced = traceChunk(plan_id);
    if (traced === null) return resendChunk(database, plan_id, options);
    try {
      const progress = await resendChunk(database, plan_id, { ...options, traceOf: (original, plan) => traced.traceOf(original, plan) });
      traced.end(progress?.accepted ?? []);
      return progress;
    } catch (error) {
      traced.fail(error);
      throw error;
    }
  };

  const resend = async (plan_id: string, more: Partial<ResendChunkOptions> = {}): Promise<number> => {
    const limit = limits.get(plan_id) ?? RESEND_CHUNK;
    const startedAtMs = performance.now();
    const progress = await tracedChunk(plan_id, { freshIds, idempotencyTtlMs, limit, ...more });
    if (progress === null) return pollIntervalMs;
    for (const answer of progress.accepted) measureResend?.(answer, performance.now() - startedAtMs);
    measured?.(progress.resent, { result: 'resent' });
    measured?.(progress.failed, { result: 'failed' });
    if (progress.resent > 0) wakeClaiming();
    if (progress.resent + progress.failed > 0) limits.set(plan_id, Math.min(RESEND_CHUNK, limit * 2));
    if (progress.left === 0) {
      limits.delete(plan_id);
      logger.info({ event: 'resend_plan_done', plan_id }, 'a plan of resends is done');
      return pollIntervalMs;
    }
    // What a second brings comes in a few chunks, not one by one.
    return progress.nextInMs === 0 ? 0 : Math.min(pollIntervalMs, Math.max(progress.nextInMs, pollIntervalMs / 2));
  };

  /** With one bad row the whole chunk fails: it is tried again in halves, until that row is alone, and given up. */
  const resendAround = async (plan_id: string): Promise<number> => {
    let tried: readonly string[] = [];
    try {
      return await resend(plan_id, { onTry: (ids) => void (tried = ids) });
    } catch (error) {
      limits.set(plan_id, Math.max(1, Math.floor(tried.length / 2)));
      if (isDatabaseUnavailable(error)) throw error;
      const [delivery_id, ...others] = tried;
      if (delivery_id === undefined) throw error;
      if (others.length > 0) return 0;
      logger.error({ event: 'resend_given_up', plan_id, delivery_id, error: describeError(error) }, 'a delivery cannot be sent again');
      return resend(plan_id, { limit: 1, giveUp: delivery_id });
    }
  };

  return async (signal: AbortSignal, beat: () => void): Promise<NextTurn> => {
    let waitMs = pollIntervalMs;
    let failure: { readonly error: unknown } | null = null;
    for (const { plan_id, status } of await findActiveResendPlans(database)) {
      if (signal.aborted) break;
      try {
        waitMs = Math.min(waitMs, await (status === 'planning' ? freeze(plan_id) : resendAround(plan_id)));
      } catch (error) {
        // No plan holds up the others.
        failure ??= { error };
      }
      beat();
    }
    if (failure !== null) throw failure.error;
    return waitMs <= 0 ? 'again' : waitMs;
  };
}
