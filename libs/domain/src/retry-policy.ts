const JITTER = 0.2;

/**
 * Delay before attempt n + 1, in ms; n from 1; ±20 % jitter from `random` in [0, 1).
 * `null` once the schedule, which has one entry fewer than there are attempts, is used up.
 */
export function nextDelayMs(attemptNumber: number, scheduleMs: readonly number[], random: number): number | null {
  const delayMs = scheduleMs[attemptNumber - 1];
  return delayMs === undefined ? null : Math.round(delayMs * (1 - JITTER + 2 * JITTER * random));
}
