import { findUnaccounted, UNACCOUNTED_KINDS, type Runner, type Unaccounted } from '@mail/persistence';
import type { Logger } from '@mail/runtime';
import { UnaccountedLog } from './unaccounted-log.js';

export interface CheckConservationOptions {
  readonly database: Runner;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** How long a transaction may take from its beginning, which dates what it ends, to its commit. */
  readonly longestTransactionMs: number;
}

export interface ConservationCheck {
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<number>;
  /** Breaches by kind, as of the last check that came to its end; empty before the first. */
  readonly counts: () => Partial<Unaccounted['counts']>;
}

/** The first check of a process looks so far back at what has ended: about as long as no scheduler may have run. */
const FIRST_LOOK_MS = 3_600_000;
/** A check of very many takes long: this part of the time it rests. */
const REST = 20;

/**
 * Checks the conservation law again and again: all that is queued, what has ended since the last check, and what was found
 * before, until it is mended. Takes at most a twentieth of one connection's time, however much there is to look at.
 */
export function checkConservation({ database, logger, intervalMs, longestTransactionMs }: CheckConservationOptions): ConservationCheck {
  const log = new UnaccountedLog(logger);
  let last: Unaccounted | null = null;
  let lookedAtMs: number | null = null;
  return {
    counts: () => last?.counts ?? {},
    async turn(signal, beat) {
      const startedAtMs = performance.now();
      last = await findUnaccounted(database, {
        full: false,
        endedWithinMs: Math.ceil(longestTransactionMs + (lookedAtMs === null ? FIRST_LOOK_MS : startedAtMs - lookedAtMs)),
        suspects: [...new Set(last?.breaches.map(({ id }) => id))],
        onPage() {
          signal.throwIfAborted();
          beat();
        },
      });
      lookedAtMs = startedAtMs;
      const tookMs = performance.now() - startedAtMs;
      for (const kind of UNACCOUNTED_KINDS) {
        log.report(
          kind,
          last.counts[kind],
          last.breaches.filter((breach) => breach.kind === kind),
        );
      }
      return Math.max(intervalMs, tookMs * REST);
    },
  };
}
