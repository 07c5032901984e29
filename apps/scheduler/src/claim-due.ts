import { PRIORITIES } from '@mail/domain';
import { claimDueAttempts, claimDueTracedAttempts, expireDeliveries, type Database, type Notifier, type PerLane } from '@mail/persistence';
import { counter, isTracing, type Logger } from '@mail/runtime';
import { ClaimWindow } from './claim-window.js';
import { traceClaims } from './trace-claims.js';

export interface ClaimDueOptions {
  readonly database: Database;
  readonly claimed: Notifier;
  readonly logger: Logger;
  readonly pollIntervalMs: number;
  readonly claimWindow: number;
}

const LANES = [0, 1, 2] as const;
const EXPIRE_LIMIT = 500;
/** So soon a full window is looked at again that was found empty: the interval alone would cap the rate at window / interval. */
const BUSY_MS = 5;

/** One turn of claiming: ends what is past its expiry, claims what is due in lane order, and wakes the workers. */
export function claimDue({ database, claimed, logger, pollIntervalMs, claimWindow }: ClaimDueOptions): () => Promise<'again' | number> {
  const windows = LANES.map(() => new ClaimWindow(claimWindow));
  const claims = counter('mail.claims');
  const ended = counter('mail.deliveries.ended');
  const claim = async (limits: PerLane<number>) => {
    if (!isTracing()) return claimDueAttempts(database, limits);
    const startedAt = new Date();
    const traced = await claimDueTracedAttempts(database, limits);
    traceClaims(traced, startedAt);
    return traced;
  };
  const expire = async (): Promise<number> => {
    const count = await expireDeliveries(database, EXPIRE_LIMIT);
    if (count === 0) return 0;
    ended?.(count, { status: 'expired', reason: 'expires_at_passed' });
    logger.info({ event: 'deliveries_expired', count }, 'deliveries past their expiry were ended');
    return count;
  };
  let expireAtMs = 0;
  let busyMs = BUSY_MS;
  return async () => {
    const startedAtMs = performance.now();
    if (startedAtMs >= expireAtMs) {
      if ((await expire()) === EXPIRE_LIMIT) return 'again';
      expireAtMs = startedAtMs + pollIntervalMs;
    }
    const limits = LANES.map((lane) => windows[lane]?.limit ?? 0) as [number, number, number];
    const lanes = await claim(limits);
    const nowMs = performance.now();
    LANES.forEach((lane) => windows[lane]?.observe(lanes[lane], nowMs));
    for (const lane of LANES) if (lanes[lane].claimed > 0) claims?.(lanes[lane].claimed, { lane: PRIORITIES[lane] ?? 'unknown' });
    const urgent = LANES.find((lane) => lanes[lane].claimed > 0);
    if (urgent !== undefined) claimed.notify(urgent);
    const full = windows.filter(({ isFull }) => isFull);
    busyMs = full.some(({ wasEmpty }) => wasEmpty) ? BUSY_MS : busyMs * 2;
    // In the long run once a quarter of a window is taken: many claims in one statement, and workers never wait.
    return Math.min(pollIntervalMs, ...full.map(({ quarterMs }) => Math.max(BUSY_MS, Math.min(busyMs, quarterMs))));
  };
}
