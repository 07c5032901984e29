import { setTimeout } from 'node:timers/promises';
import { findUnaccounted, UNACCOUNTED_KINDS, type Runner, type Unaccounted } from '@mail/persistence';
import type { Logger } from '@mail/runtime';
import { UnaccountedLog } from './unaccounted-log.js';

export interface CheckConservationOptions {
  readonly database: Runner;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** How long a transaction may take from its beginning, which dates what it ends, to its commit. */
  readonly longestTransactionMs: number;
  /** Waits for so many ms, or until it is told to stop; rejects then. */
  readonly rest?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface ConservationCheck {
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<number>;
  /** Breaches by kind, as of the last check that came to its end; empty before the first. */
  readonly counts: () => Partial<Unaccounted['counts']>;
}

/** The first check of a process looks so far back at what has ended: about as long as no scheduler may have run. */
const FIRST_LOOK_MS = 3_600_000;
/** After so much work a check rests after each page, this many times as long as the page took: mail that waits has the database first. */
const UNRESTED_MS = 250;
const REST = 20;
const MAX_REST_MS = 5_000;

const pause = async (ms: number, signal: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal });

/**
 * Checks the conservation law again and again: all that is queued, what has ended since the last check, and what was found
 * before, until it is mended. Takes at most a twentieth of one connection's time, however much there is to look at: of a million that
 * wait, a check lasts some ten minutes.
 */
export function checkConservation({
  database,
  logger,
  intervalMs,
  longestTransactionMs,
  rest = pause,
}: CheckConservationOptions): ConservationCheck {
  const log = new UnaccountedLog(logger);
  let last: Unaccounted | null = null;
  let lookedAtMs: number | null = null;
  return {
    counts: () => last?.counts ?? {},
    async turn(signal, beat) {
      const startedAtMs = performance.now();
      let pageAtMs = startedAtMs;
      let workedMs = 0;
      last = await findUnaccounted(database, {
        full: false,
        endedWithinMs: Math.ceil(longestTransactionMs + (lookedAtMs === null ? FIRST_LOOK_MS : startedAtMs - lookedAtMs)),
        suspects: [...new Set(last?.breaches.map(({ id }) => id))],
        async onPage() {
          signal.throwIfAborted();
          beat();
          const tookMs = performance.now() - pageAtMs;
          workedMs += tookMs;
          if (workedMs > UNRESTED_MS) await rest(Math.min(MAX_REST_MS, tookMs * REST), signal);
          pageAtMs = performance.now();
        },
      });
      lookedAtMs = startedAtMs;
      for (const kind of UNACCOUNTED_KINDS) {
        log.report(
          kind,
          last.counts[kind],
          last.breaches.filter((breach) => breach.kind === kind),
        );
      }
      return Math.max(intervalMs, Math.min(workedMs, UNRESTED_MS) * REST);
    },
  };
}
