const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A duration in its two largest units: `2h 5m`; `0s` below a second. */
export function duration(ms: number): string {
  let rest = Math.max(0, ms);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    // The unit after the first, and no further.
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ') || '0s';
}

const ageOf = (at: number, now: number, text: (ms: number) => string): string =>
  at <= now ? `${text(now - at)} ago` : `in ${text(at - now)}`;

/** `3m ago`, or `in 3m`, in its largest unit; for where there is no room. */
export function age(time: string | null, now: number): string | null {
  return time === null ? null : ageOf(Date.parse(time), now, (ms) => duration(ms).split(' ')[0] ?? '');
}

/** `2026-01-02T03:04:05Z (3m ago)`, or `(in 3m)`; `–` for none. */
export function timeWithAge(time: string | null, now: number): string {
  if (time === null) return '–';
  return `${time.replace(/\.\d+Z$/, 'Z')} (${ageOf(Date.parse(time), now, duration)})`;
}
