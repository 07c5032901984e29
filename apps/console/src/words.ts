const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1000, name: 's' },
] as const;

/** `850 ms`, `42 s`, `3 min`, `2 h`, `5 d`: one unit, rounded down. */
export function duration(ms: number): string {
  const unit = UNITS.find((candidate) => ms >= candidate.ms);
  return unit === undefined ? `${Math.max(0, Math.round(ms))} ms` : `${Math.floor(ms / unit.ms)} ${unit.name}`;
}

/** `3 min ago`, `in 42 s`, `now`. */
export function relative(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 1000) return 'now';
  return ms > 0 ? `${duration(ms)} ago` : `in ${duration(-ms)}`;
}

/** `2026-01-02 03:04:05.123 UTC`, of an RFC 3339 time in UTC. */
export function absolute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`;
}

/** `03:04:05` of today, else `01-02 03:04`, else `2025-01-02`: as much as tells it apart. */
export function clockTime(iso: string, now: number): string {
  const today = new Date(now).toISOString();
  if (iso.slice(0, 10) === today.slice(0, 10)) return iso.slice(11, 19);
  return iso.slice(0, 4) === today.slice(0, 4) ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(0, 10);
}

const WHOLE = new Intl.NumberFormat('en-GB');

/** `10,000+` where there are more than were counted. */
export function counted({ count, capped = false }: { readonly count: number; readonly capped?: boolean }): string {
  return `${WHOLE.format(count)}${capped ? '+' : ''}`;
}

export const number = (value: number): string => WHOLE.format(value);

/** `1 delivery`, `2 deliveries`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${WHOLE.format(count)} ${count === 1 ? one : many}`;
}

/** `dead letter` of `dead_letter`. */
export const spoken = (word: string): string => word.replaceAll('_', ' ');

/** `12 KB`. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} KB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
