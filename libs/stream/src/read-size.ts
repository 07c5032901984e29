/** What a batch aims at. */
export const BATCH_BYTES = 8 * 1024 * 1024;
const MAX_ENTRIES = 500;

/**
 * How many entries the next read asks for, after one of `entries` entries and `bytes` bytes: about 8 MiB by the mean size
 * just seen, at most 500, and at most four times as many as before, since the next ones may be larger.
 */
export function nextReadSize(current: number, entries: number, bytes: number): number {
  if (entries === 0) return current;
  const fitting = Math.floor(BATCH_BYTES / Math.max(1, bytes / entries));
  return Math.max(1, Math.min(fitting, MAX_ENTRIES, current * 4));
}

/** How many to ask for after a read of `current` entries that failed, or brought too much; in the end a single one. */
export function smallerReadSize(current: number): number {
  return Math.max(1, Math.floor(current / 8));
}
