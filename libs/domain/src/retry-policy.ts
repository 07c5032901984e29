const JITTER = 0.2;

/** The waits after provider trouble: the first, and the longest, in ms. */
const TROUBLE_FIRST_MS = 5_000;
const TROUBLE_LONGEST_MS = 300_000;

/** The settings that decide when a delivery is tried again. */
export interface RetryPolicy {
  /** Waits before the second try that counts, the third, …, in ms. */
  readonly scheduleMs: readonly number[];
  /** A mail that met nothing but provider trouble for so long is given up, in ms. */
  readonly troubleLimitMs: number;
  /** How long a session goes on listening for the reply to a final dot, in ms. */
  readonly finalReplyTimeoutMs: number;
}

/**
 * Delay after the try at `position` of the schedule, in ms; positions from 1; ±20 % jitter from `random` in [0, 1).
 * `null` once the schedule, which has one entry fewer than there are tries, is used up.
 */
export function nextDelayMs(position: number, scheduleMs: readonly number[], random: number): number | null {
  const delayMs = scheduleMs[position - 1];
  return delayMs === undefined ? null : jittered(delayMs, random);
}

/**
 * Delay after provider trouble that has lasted for `lastedMs`, in ms: about as long as it has lasted, which doubles from wait to wait,
 * from 5 s to 5 min, and no longer than the waits of the schedule are; ±20 % jitter. The last wait ends with the limit.
 * `null` once the limit has passed.
 */
export function troubleDelayMs(lastedMs: number, { scheduleMs, troubleLimitMs }: RetryPolicy, random: number): number | null {
  if (lastedMs >= troubleLimitMs) return null;
  const firstMs = Math.min(TROUBLE_FIRST_MS, scheduleMs[0] ?? TROUBLE_FIRST_MS);
  const longestMs = Math.min(TROUBLE_LONGEST_MS, Math.max(...scheduleMs, firstMs));
  const delayMs = jittered(Math.min(Math.max(lastedMs, firstMs), longestMs), random);
  return Math.min(delayMs, troubleLimitMs - lastedMs);
}

/**
 * Delay before an attempt that a failure of ours kept from starting is tried again, in ms: a quarter of the age of what it is for, so
 * that it grows from time to time, from 1 s to 5 min; ±20 % jitter.
 */
export function givenBackDelayMs(ageMs: number, random: number): number {
  return jittered(Math.min(Math.max(ageMs / 4, 1_000), TROUBLE_LONGEST_MS), random);
}

function jittered(delayMs: number, random: number): number {
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * random));
}
