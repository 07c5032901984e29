import {
  findActiveResendPlans,
  freezeChunk,
  isDamagedError,
  isDatabaseUnavailable,
  isLockedError,
  resendChunk,
  type Database,
  type FreezeOptions,
  type ResendChunkOptions,
  type ResendProgress,
} from '@mail/persistence';
import { counter, describeError, freshIds, measureAccepted, type Logger, type NextTurn } from '@mail/runtime';
import { stuckRows, type StuckRows } from '@mail/runtime/stuck-rows';
import { traceChunk } from './trace-resends.js';

export interface WorkOnPlansOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly idempotencyTtlMs: number;
  readonly pollIntervalMs: number;
  /** What was accepted is due. */
  readonly wakeClaiming: () => void;
}

export interface PlansWork {
  /**
   * One turn over the bulk resends: freezes a chunk of each that is planned, and sends a chunk of each that runs again. Each chunk is a
   * transaction that holds its plan, so that schedulers never work on one plan at once, and one that dies leaves nothing behind. A plan that
   * fails holds up no other.
   */
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<NextTurn>;
  /** Plans that fail, though each of their deliveries was tried alone. */
  readonly stuck: StuckRows<string>;
}

const FREEZE_CHUNK = 1000;
const RESEND_CHUNK = 200;

export function workOnPlans({ database, logger, idempotencyTtlMs, pollIntervalMs, wakeClaiming }: WorkOnPlansOptions): PlansWork {
  const measured = counter('mail.resend_plans.tried', [{ result: 'resent' }, { result: 'failed' }]);
  const measureResend = measureAccepted('operator');
  /** Of plans of which a chunk failed: how many to try together. Halved until the one that is to blame is alone. */
  const limits = new Map<string, number>();

  const stuck = stuckRows<string>({ kind: 'resend_plan', idOf: (id) => id, logger });

  const freeze = async (plan_id: string, more: Partial<FreezeOptions> = {}): Promise<number> => {
    const chunk = limits.get(plan_id) ?? FREEZE_CHUNK;
    const frozen = await freezeChunk(database, plan_id, { chunk, ...more });
    if (frozen === null) return pollIntervalMs;
    if (chunk < FREEZE_CHUNK) limits.set(plan_id, chunk * 2);
    if (frozen.next !== 'more') limits.delete(plan_id);
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
    if (progress.held) return pollIntervalMs;
    // What a second brings comes in a few chunks, not one by one.
    return progress.nextInMs === 0 ? 0 : Math.min(pollIntervalMs, Math.max(progress.nextInMs, pollIntervalMs / 2));
  };

  /** With one bad row the whole chunk fails: it is tried again in halves, until that row is alone, and given up. */
  const around = async (
    plan_id: string,
    tryChunk: (onTry: (ids: readonly string[]) => void) => Promise<number>,
    giveUp: (delivery_id: string) => Promise<number>,
  ): Promise<number> => {
    let tried: readonly string[] = [];
    try {
      return await tryChunk((ids) => void (tried = ids));
    } catch (error) {
      if ((isDatabaseUnavailable(error) && !isDamagedError(error)) || isLockedError(error)) throw error;
      limits.set(plan_id, Math.max(1, Math.floor(tried.length / 2)));
      const [delivery_id, ...others] = tried;
      if (delivery_id === undefined) throw error;
      if (others.length > 0) return 0;
      logger.error({ event: 'resend_given_up', plan_id, delivery_id, error: describeError(error) }, 'a delivery cannot be sent again');
      return giveUp(delivery_id);
    }
  };
  const step = (plan_id: string, status: 'planning' | 'running'): Promise<number> =>
    status === 'planning'
      ? around(
          plan_id,
          (onTry) => freeze(plan_id, { onTry }),
          (giveUp) => freeze(plan_id, { chunk: 1, giveUp }),
        )
      : around(
          plan_id,
          (onTry) => resend(plan_id, { onTry }),
          (giveUp) => resend(plan_id, { limit: 1, giveUp }),
        );

  return {
    stuck,
    async turn(signal, beat) {
      let waitMs = pollIntervalMs;
      for (const { plan_id, status } of await findActiveResendPlans(database)) {
        if (signal.aborted) return waitMs;
        await stuck.work([plan_id], async () => {
          waitMs = Math.min(waitMs, await step(plan_id, status));
        });
        beat();
      }
      stuck.passed();
      return waitMs <= 0 ? 'again' : waitMs;
    },
  };
}
