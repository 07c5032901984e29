import type { Logger } from './logger.js';

const MOST_MS = 5_000;
/** So long a loop waits at least after a turn that failed. */
export const LEAST_BACK_OFF_MS = 50;
const LOG_EVERY_MS = 30_000;

export interface LoopFailures {
  readonly failing: boolean;
  /** Ms to wait before the next turn. */
  failed(error: unknown): number;
  recovered(): void;
}

/**
 * Counts the failures in a row of one loop: doubles its wait from the interval (at least 50 ms) up to 5 s, and logs the
 * first, then one in 30 s, and the end, so that an outage of an hour is a hundred lines and not ten thousand.
 */
export function loopFailures(name: string, intervalMs: number, logger: Logger): LoopFailures {
  let inARow = 0;
  let loggedAtMs = -Infinity;
  return {
    get failing() {
      return inARow > 0;
    },
    failed(error) {
      inARow += 1;
      const waitMs = Math.min(MOST_MS, Math.max(LEAST_BACK_OFF_MS, intervalMs) * 2 ** Math.min(inARow - 1, 20));
      const nowMs = performance.now();
      if (inARow === 1 || nowMs - loggedAtMs >= LOG_EVERY_MS) {
        loggedAtMs = nowMs;
        logger.error(
          { event: 'turn_failed', loop: name, in_a_row: inARow, retry_in_ms: waitMs, err: error },
          `${name} failed, and is tried again`,
        );
      }
      return waitMs;
    },
    recovered() {
      if (inARow > 0) logger.info({ event: 'turn_recovered', loop: name, after: inARow }, `${name} works again`);
      inARow = 0;
    },
  };
}
