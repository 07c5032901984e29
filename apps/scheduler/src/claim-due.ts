import { PRIORITIES } from '@mail/domain';
import {
  claimDueAttempts,
  claimDueTracedAttempts,
  claimGivenAttempts,
  findDueAttempts,
  isDamagedError,
  isDatabaseUnavailable,
  isEffectUnknown,
  isLockedError,
  type Database,
  type LaneClaims,
  type PerLane,
} from '@mail/persistence';
import { counter, isTracing, type Logger } from '@mail/runtime';
import { stuckRows, type StuckRows } from '@mail/runtime/stuck-rows';
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
/** So soon a full window is looked at again that was found empty: the interval alone would cap the rate at window / interval. */
const BUSY_MS = 5;
/** So long workers are not told, but poll, after a claim that told them had failed. */
const UNTOLD_MS = 10_000;
/** So many windows full of what cannot be claimed are left out in one turn. */
const MOST_APART = 20;
const LOG_AGAIN_MS = 60_000;

export interface ClaimDue {
  /** Claims what is due in lane order, and wakes the workers. Waits for nobody: it skips what another holds. */
  turn(): Promise<number>;
  /** Attempts that cannot be claimed. */
  readonly stuck: StuckRows<string>;
  /** Claims what is urgent beside a turn that is under way; the next would come to it later. */
  urgent(): void;
}

export function claimDue({ database, tell, logger, pollIntervalMs, claimWindow }: ClaimDueOptions): ClaimDue {
  const windows = [new ClaimWindow(claimWindow), new ClaimWindow(claimWindow), new ClaimWindow(claimWindow)] as const;
  const claims = counter('mail.claims');
  const stuck = stuckRows<string>({ kind: 'claim', idOf: (id) => id, logger });
  const claimTelling = async (limits: PerLane<number>, telling: boolean): Promise<PerLane<LaneClaims>> => {
    if (!isTracing()) return claimDueAttempts(database, limits, telling, stuck.resting);
    const startedAt = new Date();
    const traced = await claimDueTracedAttempts(database, limits, telling, stuck.resting);
    traceClaims(traced, startedAt);
    return traced;
  };
  const claimTogether = tell ? tellingIfPossible(claimTelling, logger) : (limits: PerLane<number>) => claimTelling(limits, false);
  /** One that cannot be claimed fails the claim of all: the others are claimed around it, and it is left out for a while. */
  const claim = async (limits: PerLane<number>): Promise<PerLane<LaneClaims>> => {
    for (let left = MOST_APART; ; left -= 1) {
      try {
        return await claimTogether(limits);
      } catch (error) {
        if (left === 0 || (isDatabaseUnavailable(error) && !isDamagedError(error)) || isLockedError(error)) throw error;
        const due = await findDueAttempts(database, limits, stuck.resting);
        await stuck.work(due, (some) => claimGivenAttempts(database, some));
      }
    }
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
    stuck,
    async turn() {
      underWay = true;
      await fill([windows[0].limit, windows[1].limit, windows[2].limit]).finally(() => (underWay = false));
      const full = windows.filter(({ isFull }) => isFull);
      // All that is due: what was stuck, and was not left out, is no more.
      if (full.length === 0) stuck.passed();
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

type Claim = (limits: PerLane<number>, telling: boolean) => Promise<PerLane<LaneClaims>>;

/**
 * Claims and notifies in one statement. Where that fails it claims without, and goes on without for a while: the queue of notifications is
 * one for the whole server, and anybody's session that listens and does not read lets it fill.
 */
function tellingIfPossible(claim: Claim, logger: Logger): (limits: PerLane<number>) => Promise<PerLane<LaneClaims>> {
  let untoldUntilMs = -Infinity;
  let loggedAtMs = -Infinity;
  return async (limits) => {
    if (performance.now() < untoldUntilMs) return claim(limits, false);
    try {
      return await claim(limits, true);
    } catch (error) {
      if (isEffectUnknown(error)) throw error;
      const claimed = await claim(limits, false);
      const nowMs = performance.now();
      untoldUntilMs = nowMs + UNTOLD_MS;
      if (nowMs - loggedAtMs >= LOG_AGAIN_MS) {
        loggedAtMs = nowMs;
        logger.warn({ event: 'notify_failed', err: error }, 'workers cannot be notified of claims, and find them by polling');
      }
      return claimed;
    }
  };
}
