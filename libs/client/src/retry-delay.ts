export interface RetryOptions {
  /** Tries in all, the first included; 1: never again. By default 5. */
  readonly maxTries?: number;
  /** No try begins later than this after the first, in ms; by default 30 000. */
  readonly maxElapsedMs?: number;
  /** The wait before the second try, in ms, doubled before each that follows, up to 5 s; by default 200. */
  readonly baseDelayMs?: number;
}

const LONGEST_MS = 5_000;

/**
 * The wait after try `tried` (from 1), in ms: what `Retry-After` asks for, and then a doubling wait of which the last half is by chance, so
 * that those who were turned away together do not come back together. `random` in [0, 1).
 */
export function retryDelayMs(tried: number, retryAfterMs: number | null, baseDelayMs: number, random: number): number {
  const backoff = Math.min(LONGEST_MS, baseDelayMs * 2 ** (tried - 1));
  return Math.round((retryAfterMs ?? 0) + backoff * (0.5 + random / 2));
}
