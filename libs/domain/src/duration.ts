const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
type Unit = keyof typeof UNIT_MS;

const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/gy;

export type ParsedDuration = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly detail: string };

/**
 * Reads a duration as Go writes it, in whole milliseconds: `250ms`, `1.5h`, `1m30s`, `0`. Units are `ms`, `s`, `m` and `h`.
 * A sign, a bare number other than `0`, and what is finer than 1 ms are refused.
 */
export function parseDuration(text: string): ParsedDuration {
  if (text === '0') return { ok: true, ms: 0 };
  let ms = 0;
  let end = 0;
  for (const part of text.matchAll(PART)) {
    ms += Number(part[1]) * UNIT_MS[part[2] as Unit];
    end = part.index + part[0].length;
  }
  if (text === '' || end !== text.length) return { ok: false, detail: 'must be a duration such as 250ms, 2s, 1m30s or 168h' };
  // 1.1s is 1100.0000000000002 ms in binary fractions.
  const whole = Math.round(ms);
  if (Math.abs(ms - whole) > 1e-6) return { ok: false, detail: 'must not be finer than 1 ms' };
  if (!Number.isSafeInteger(whole)) return { ok: false, detail: 'is too long' };
  return { ok: true, ms: whole };
}

/** The shortest spelling that `parseDuration` reads back: `1m30s`, `168h`, `1.5s`, `250ms`. `ms` is a whole number from 0. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return ms === 0 ? '0s' : `${ms}ms`;
  const hours = Math.floor(ms / UNIT_MS.h);
  const minutes = Math.floor((ms % UNIT_MS.h) / UNIT_MS.m);
  const seconds = (ms % UNIT_MS.m) / UNIT_MS.s;
  return (hours > 0 ? `${hours}h` : '') + (minutes > 0 ? `${minutes}m` : '') + (seconds > 0 ? `${seconds}s` : '');
}
