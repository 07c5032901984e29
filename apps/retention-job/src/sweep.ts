import {
  deleteEndedDeliveries,
  deleteExpiredKeys,
  deleteMalformedCommands,
  deleteResendPlanItems,
  deleteResendPlans,
  type Runner,
  type Sweep,
} from '@mail/persistence';
import { counter, isTracing, setAttributes, startSpan, withinSpan, type Logger } from '@mail/runtime';

export interface SweepOptions {
  readonly database: Runner;
  readonly logger: Logger;
  readonly deliveryRetentionMs: number;
  readonly malformedCommandRetentionMs: number;
  readonly intervalMs: number;
}

const CHUNK = 1000;
const KINDS = ['deliveries', 'malformed_commands', 'resend_plans', 'idempotency_keys'] as const;
type Kind = (typeof KINDS)[number];

/** One pass of retention: deletes what its window has passed, in chunks that never hold a lock for long, until a chunk comes short. */
export function sweep({ database, logger, deliveryRetentionMs, malformedCommandRetentionMs, intervalMs }: SweepOptions) {
  const deletedRows = counter(
    'mail.retention.deleted',
    KINDS.map((kind) => ({ kind })),
  );
  const pass = async (signal: AbortSignal, beat: () => void): Promise<Record<Kind, number>> => {
    const untilShort = async (chunk: Sweep, olderThanMs: number): Promise<number> => {
      let deleted = 0;
      for (let last = CHUNK; last === CHUNK && !signal.aborted; deleted += last) {
        last = await chunk(database, olderThanMs, CHUNK);
        beat();
      }
      return deleted;
    };
    const deliveries = await untilShort(deleteEndedDeliveries, deliveryRetentionMs);
    await untilShort(deleteResendPlanItems, deliveryRetentionMs);
    return {
      deliveries,
      malformed_commands: await untilShort(deleteMalformedCommands, malformedCommandRetentionMs),
      resend_plans: await untilShort(deleteResendPlans, deliveryRetentionMs),
      idempotency_keys: await untilShort(deleteExpiredKeys, 0),
    };
  };
  const traced = (signal: AbortSignal, beat: () => void): Promise<Record<Kind, number>> => {
    const span = startSpan('sweep');
    return withinSpan(span, async () => {
      const deleted = await pass(signal, beat);
      for (const kind of KINDS) setAttributes(span, { [`mail.retention.${kind}` as const]: deleted[kind] });
      return deleted;
    });
  };
  return async (signal: AbortSignal, beat: () => void): Promise<number> => {
    const startedAtMs = performance.now();
    const deleted = await (isTracing() ? traced(signal, beat) : pass(signal, beat));
    for (const kind of KINDS) deletedRows?.(deleted[kind], { kind });
    const took_ms = Math.round(performance.now() - startedAtMs);
    logger.info({ event: 'retention_swept', ...deleted, took_ms }, 'retention pass done');
    return intervalMs;
  };
}
