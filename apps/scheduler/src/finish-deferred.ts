import { findDeferredSupersessions, finishSupersessions, type Database } from '@mail/persistence';
import { counter, type Logger } from '@mail/runtime';
import { stuckRows, type StuckRows } from '@mail/runtime/stuck-rows';

export interface FinishDeferredOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly pollIntervalMs: number;
}

export interface FinishDeferred {
  /** Ends what a newer command has superseded while another transaction held it, where none does any more. */
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<number>;
  readonly stuck: StuckRows<string>;
}

const PAGE = 500;

export function finishDeferred({ database, logger, pollIntervalMs }: FinishDeferredOptions): FinishDeferred {
  const deliveries = counter('mail.deliveries.ended');
  const stuck = stuckRows<string>({ kind: 'supersede', idOf: (id) => id, logger });
  return {
    stuck,
    async turn(signal, beat) {
      for (let after: string | undefined; !signal.aborted;) {
        const page = await findDeferredSupersessions(database, PAGE, after);
        await stuck.work(page, async (some) => {
          beat();
          for (const { status } of await finishSupersessions(database, some)) deliveries?.(1, { status, reason: 'superseded' });
        });
        if (page.length < PAGE) break;
        after = page.at(-1);
      }
      if (!signal.aborted) stuck.passed();
      return pollIntervalMs;
    },
  };
}
