import { expireDeliveries, findExpiredDeliveries, type Database, type ExpiredDelivery } from '@mail/persistence';
import { counter, type Logger } from '@mail/runtime';
import { stuckRows, type StuckRows } from '@mail/runtime/stuck-rows';

export interface ExpireDueOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly pollIntervalMs: number;
}

export interface ExpireDue {
  /** Ends all that is past its expiry and unstarted, but what another transaction holds: the next turn tries that again. */
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<number>;
  readonly stuck: StuckRows<ExpiredDelivery>;
}

const PAGE = 500;
/** A look that took long, by a plan that fits no more, is made again after so many times as long. */
const REST = 20;

export function expireDue({ database, logger, pollIntervalMs }: ExpireDueOptions): ExpireDue {
  const ended = counter('mail.deliveries.ended');
  const stuck = stuckRows<ExpiredDelivery>({ kind: 'expire', idOf: ({ delivery_id }) => delivery_id, logger });
  return {
    stuck,
    async turn(signal, beat) {
      let count = 0;
      let lookedMs = 0;
      for (let after: ExpiredDelivery | undefined; !signal.aborted;) {
        const startedAtMs = performance.now();
        const page = await findExpiredDeliveries(database, PAGE, after);
        lookedMs += performance.now() - startedAtMs;
        await stuck.work(page, async (some) => {
          beat();
          const expired = await expireDeliveries(
            database,
            some.map(({ delivery_id }) => delivery_id),
          );
          for (const { status } of expired) ended?.(1, { status, reason: 'expires_at_passed' });
          count += expired.length;
        });
        if (page.length < PAGE) break;
        after = page.at(-1);
      }
      if (!signal.aborted) stuck.passed();
      if (count > 0) logger.info({ event: 'deliveries_expired', count }, 'deliveries past their expiry were ended');
      return Math.max(pollIntervalMs, lookedMs * REST);
    },
  };
}
