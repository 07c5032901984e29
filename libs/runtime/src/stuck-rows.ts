import { isLockedError, sparing } from '@mail/persistence';
import type { Logger } from './logger.js';
import { gauge } from './telemetry/measure.js';

export interface StuckRowsOptions<Row> {
  /** Names what cannot be done with them, as in the log and in `mail.rows.stuck`. */
  readonly kind: string;
  readonly idOf: (row: Row) => string;
  readonly logger: Logger;
}

export interface StuckRows<Row> {
  readonly kind: string;
  /** How many there are. */
  readonly count: number;
  /**
   * Has the work done with these rows together, but for those that failed a short time ago. A row that fails by itself is told of and left
   * for later, and costs the others nothing but time. Rejects where the database cannot be used.
   */
  work(rows: readonly Row[], work: (some: readonly Row[]) => Promise<void>): Promise<void>;
  /** Those that failed a short time ago, for a job that asks for the others alone. */
  readonly resting: readonly string[];
  /** All rows that there are have been worked on since the last time: those that were not among them are stuck no more. */
  passed(): void;
}

interface Stuck {
  tries: number;
  retryAtMs: number;
  loggedAtMs: number;
  /** Held by another transaction, and no more than that. */
  locked: boolean;
}

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 600_000;
const LOCKED_RETRY_MS = 1_000;
const LOG_AGAIN_MS = 600_000;
/** More are tried each time, and are not counted. */
const MOST = 10_000;

/** Keeps account of rows of one kind that a job cannot process, so that they are alarmed, and hold up neither the others nor the loop. */
export function stuckRows<Row>({ kind, idOf, logger }: StuckRowsOptions<Row>): StuckRows<Row> {
  const stuck = new Map<string, Stuck>();
  let met = new Set<string>();

  const failed = (id: string, error: unknown): void => {
    const nowMs = performance.now();
    const locked = isLockedError(error);
    const before = stuck.get(id) ?? { tries: 0, retryAtMs: 0, loggedAtMs: -Infinity, locked };
    if (!stuck.has(id) && stuck.size >= MOST) return;
    const tries = locked ? before.tries : before.tries + 1;
    const retryInMs = locked ? LOCKED_RETRY_MS : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries - 1, 20));
    const isLogged = !locked && nowMs - before.loggedAtMs >= LOG_AGAIN_MS;
    stuck.set(id, { tries, retryAtMs: nowMs + retryInMs, loggedAtMs: isLogged ? nowMs : before.loggedAtMs, locked: locked && tries === 0 });
    met.add(id);
    if (isLogged) {
      logger.error({ event: 'row_stuck', kind, id, tries, retry_in_ms: retryInMs, err: error }, `${kind}: a row cannot be processed`);
    }
  };
  const freed = (id: string): void => {
    const before = stuck.get(id);
    stuck.delete(id);
    if (before?.locked === false) logger.info({ event: 'row_unstuck', kind, id }, `${kind}: a row is stuck no more`);
  };
  const isDue = (id: string): boolean => {
    const known = stuck.get(id);
    if (known === undefined) return true;
    met.add(id);
    return performance.now() >= known.retryAtMs;
  };
  return {
    kind,
    get count() {
      return [...stuck.values()].filter(({ locked }) => !locked).length;
    },
    get resting() {
      const nowMs = performance.now();
      const resting = [...stuck].flatMap(([id, { retryAtMs }]) => (nowMs < retryAtMs ? [id] : []));
      for (const id of resting) met.add(id);
      return resting;
    },
    work: (rows, work) =>
      sparing(
        rows.filter((row) => isDue(idOf(row))),
        async (some) => {
          await work(some);
          for (const row of some) freed(idOf(row));
        },
        (row, error) => failed(idOf(row), error),
      ),
    passed() {
      for (const id of stuck.keys()) if (!met.has(id)) freed(id);
      met = new Set();
    },
  };
}

/** Exports how many rows are stuck, by kind. */
export function observeStuckRows(all: readonly Pick<StuckRows<never>, 'kind' | 'count'>[]): void {
  gauge('mail.rows.stuck', () => all.map(({ kind, count }) => ({ value: count, attributes: { kind } })));
}
