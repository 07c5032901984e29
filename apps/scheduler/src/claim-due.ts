import { PRIORITIES } from '@mail/domain';
import { claimDueAttempts, claimDueTracedAttempts, expireDeliveries, type Database, type PerLane } from '@mail/persistence';
import { counter, isTracing, type Logger } from '@mail/runtime';
import { ClaimWindow } from './claim-window.js';
import { traceClaims } from './trace-claims.js';

export interface ClaimDueOptions {
  readonly database: Database;
  /** Whether workers are told of what was claimed. */
  readonly tell: boolean;
  readonly logger: Logger;
  readonly pollIntervalMs: number;
  readonly claimWindow: number;
}

const LANES = [0, 1, 2] as const;
const EXPIRE_LIMIT = 500;
/** A look at what has expired that took long, by a plan that fits no more, is made again after so many times as long. */
const EXPIRE_REST = 20;
/** So soon a full window is looked at again that was found empty: the interval alone would cap the rate at window / interval. */
const BUSY_MS = 5;

export interface ClaimDue {
  /** Claims what is due in lane order, wakes the workers, and ends what is past its expiry. */
  turn(): Promise<'again' | number>;
  /** Claims what is urgent beside a turn that is under way; the next would come to it later. */
  urgent(): void;
}

export function claimDue({ database, tell, logger, pollIntervalMs, claimWindow }: ClaimDueOptions): ClaimDue {
  const windows = [new ClaimWindow(claimWindow), new ClaimWindow(claimWindow), new ClaimWindow(claimWindow)] as const;
  const claims = counter('mail.claims');
  const ended = counter('mail.deliveries.ended');
  const claim = async (limits: PerLane<number>) => {
    if (!isTracing()) return claimDueAttempts(database, limits, tell);
    const startedAt = new Date();
    const traced = await claimDueTracedAttempts(database, limits, tell);
    traceClaims(traced, startedAt);
    return traced;
  };
  const expire = async (): Promise<number> => {
    const expired = await expireDeliveries(database, EXPIRE_LIMIT);
    const count = expired.length;
    if (count === 0) return 0;
    for (const { status } of expired) ended?.(1, { status, reason: 'expires_at_passed' });
    logger.info({ event: 'deliveries_expired', count }, 'deliveries past their expiry were ended');
    return count;
  };
  /** Claims within the limits, and learns what they took. */
  const fill = async (limits: PerLane<number>, lanes: readonly (typeof LANES)[number][] = LANES): Promise<void> => {
    const claimedNow = await claim(limits);
    const nowMs = performance.now();
    for (const lane of lanes) {
      windows[lane].observe(claimedNow[lane], nowMs);
      if (claimedNow[lane].claimed > 0) claims?.(claimedNow[lane].claimed, { lane: PRIORITIES[lane] });
    }
  };
  let expireAtMs = 0;
  let busyMs = BUSY_MS;
  let underWay = false;
  let urgent: Promise<void> | null = null;
  let urgentAgain = false;
  const fillUrgent = async (): Promise<void> => {
    while (urgentAgain) {
      urgentAgain = false;
      // What fails here, the next turn tries again, and tells of.
      await fill([windows[0].limit, 0, 0], [0]).catch(() => undefined);
    }
  };
  return {
    async turn() {
      const startedAtMs = performance.now();
      underWay = true;
      await fill([windows[0].limit, windows[1].limit, windows[2].limit]).finally(() => (underWay = false));
      // After the claim, which mail that has just come waits for. What is past its expiry nobody takes.
      if (startedAtMs >= expireAtMs) {
        const lookedAtMs = performance.now();
        if ((await expire()) === EXPIRE_LIMIT) return 'again';
        const nowMs = performance.now();
        expireAtMs = nowMs + Math.max(pollIntervalMs, (nowMs - lookedAtMs) * EXPIRE_REST);
      }
      const full = windows.filter(({ isFull }) => isFull);
      busyMs = full.some(({ wasEmpty }) => wasEmpty) ? BUSY_MS : busyMs * 2;
      // In the long run once a quarter of a window is taken: many claims in one statement, and workers never wait.
      return Math.min(pollIntervalMs, ...full.map(({ quarterMs }) => Math.max(BUSY_MS, Math.min(busyMs, quarterMs))));
    },
    urgent() {
      if (!underWay) return;
      urgentAgain = true;
      urgent ??= fillUrgent().finally(() => (urgent = null));
    },
  };
}
