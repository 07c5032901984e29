import { findStaleClaims, giveBackClaims, type Database } from '@mail/persistence';
import { counter, type Logger } from '@mail/runtime';
import { stuckRows, type StuckRows } from '@mail/runtime/stuck-rows';

export interface GiveBackOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly staleAfterMs: number;
  readonly intervalMs: number;
  /** What was given back is due again. */
  readonly wakeClaiming: () => void;
}

export interface GiveBack {
  /** Gives back the claims that no worker has started for so long, but those that another transaction holds. */
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<number>;
  readonly stuck: StuckRows<string>;
}

const PAGE = 500;

export function giveBackStale({ database, logger, staleAfterMs, intervalMs, wakeClaiming }: GiveBackOptions): GiveBack {
  const claims = counter('mail.claims.recovered', [{ kind: 'given_back' }]);
  const stuck = stuckRows<string>({ kind: 'give_back', idOf: (id) => id, logger });
  return {
    stuck,
    async turn(signal, beat) {
      for (let after: string | undefined; !signal.aborted;) {
        const page = await findStaleClaims(database, staleAfterMs, PAGE, after);
        await stuck.work(page, async (some) => {
          beat();
          const givenBack = await giveBackClaims(database, some);
          if (givenBack.length === 0) return;
          claims?.(givenBack.length, { kind: 'given_back' });
          for (const attempt_id of givenBack)
            logger.warn({ event: 'claim_given_back', attempt_id }, 'a claim that no worker started was given back');
          wakeClaiming();
        });
        if (page.length < PAGE) break;
        after = page.at(-1);
      }
      if (!signal.aborted) stuck.passed();
      return intervalMs;
    },
  };
}
