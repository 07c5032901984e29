import { claimDueAttempts, expireDeliveries, type Database, type Notifier } from '@mail/persistence';
import { ClaimWindow } from './claim-window.js';

export interface ClaimDueOptions {
  readonly database: Database;
  readonly claimed: Notifier;
  readonly pollIntervalMs: number;
  readonly claimWindow: number;
}

const LANES = [0, 1, 2] as const;
const EXPIRE_LIMIT = 500;
/** So soon a full window is looked at again that was found empty: the interval alone would cap the rate at window / interval. */
const BUSY_MS = 5;

/** One turn of claiming: ends what is past its expiry, claims what is due in lane order, and wakes the workers. */
export function claimDue({ database, claimed, pollIntervalMs, claimWindow }: ClaimDueOptions): () => Promise<'again' | number> {
  const windows = LANES.map(() => new ClaimWindow(claimWindow));
  let expireAtMs = 0;
  let busyMs = BUSY_MS;
  return async () => {
    const startedAtMs = performance.now();
    if (startedAtMs >= expireAtMs) {
      if ((await expireDeliveries(database, EXPIRE_LIMIT)) === EXPIRE_LIMIT) return 'again';
      expireAtMs = startedAtMs + pollIntervalMs;
    }
    const limits = LANES.map((lane) => windows[lane]?.limit ?? 0) as [number, number, number];
    const lanes = await claimDueAttempts(database, limits);
    const nowMs = performance.now();
    LANES.forEach((lane) => windows[lane]?.observe(lanes[lane], nowMs));
    const urgent = LANES.find((lane) => lanes[lane].claimed > 0);
    if (urgent !== undefined) claimed.notify(urgent);
    const full = windows.filter(({ isFull }) => isFull);
    busyMs = full.some(({ wasEmpty }) => wasEmpty) ? BUSY_MS : busyMs * 2;
    // In the long run once a quarter of a window is taken: many claims in one statement, and workers never wait.
    return Math.min(pollIntervalMs, ...full.map(({ quarterMs }) => Math.max(BUSY_MS, Math.min(busyMs, quarterMs))));
  };
}
