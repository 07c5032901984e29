import { deleteEndedDeliveries, deleteExpiredKeys, deleteMalformedCommands, type Runner, type Sweep } from '@mail/persistence';
import type { Logger } from '@mail/runtime';

export interface SweepOptions {
  readonly database: Runner;
  readonly logger: Logger;
  readonly deliveryRetentionMs: number;
  readonly malformedCommandRetentionMs: number;
  readonly intervalMs: number;
}

const CHUNK = 1000;

/** One pass of retention: deletes what its window has passed, in chunks that never hold a lock for long, until a chunk comes short. */
export function sweep({ database, logger, deliveryRetentionMs, malformedCommandRetentionMs, intervalMs }: SweepOptions) {
  return async (signal: AbortSignal, beat: () => void): Promise<number> => {
    const untilShort = async (chunk: Sweep, olderThanMs: number): Promise<number> => {
      let deleted = 0;
      for (let last = CHUNK; last === CHUNK && !signal.aborted; deleted += last) {
        last = await chunk(database, olderThanMs, CHUNK);
        beat();
      }
      return deleted;
    };
    const startedAtMs = performance.now();
    const deliveries = await untilShort(deleteEndedDeliveries, deliveryRetentionMs);
    const malformed_commands = await untilShort(deleteMalformedCommands, malformedCommandRetentionMs);
    const idempotency_keys = await untilShort(deleteExpiredKeys, 0);
    const took_ms = Math.round(performance.now() - startedAtMs);
    logger.info({ event: 'retention_swept', deliveries, malformed_commands, idempotency_keys, took_ms }, 'retention pass done');
    return intervalMs;
  };
}
