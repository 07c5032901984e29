import type { Runner } from './statement.js';
import { findMiscountedStreams, findMissingDeliveries, findMissingKeys } from './statements/count-everything.js';
import { findOutlivedAttempts, findOutlivedSecrets } from './statements/find-outlived.js';
import { judgeDeliveries, judgeEnded, judgeQueued, type Judgement } from './statements/judge-deliveries.js';
import { breachesOf, UNACCOUNTED, UNACCOUNTED_KINDS, type Breach, type UnaccountedKind } from './unaccounted.js';

export interface FindUnaccountedOptions {
  /** Everything, by reading whole tables: not for a check that comes again and again. */
  readonly full: boolean;
  /** How far back to look at what has ended, in ms by the server's clock; by default an hour. What is queued is always looked at. */
  readonly endedWithinMs?: number;
  /** Deliveries that were found before, to look at again, however long ago they ended. */
  readonly suspects?: readonly string[];
  /** Called after each page, and waited for: a check of many is long. Ends the check by throwing. */
  readonly onPage?: () => Promise<void> | void;
}

export interface Unaccounted {
  /** Breaches of each kind. */
  readonly counts: Readonly<Record<UnaccountedKind, number>>;
  /** At most 100 of each kind. */
  readonly breaches: readonly Breach[];
}

const MOST = 100;
const HOUR_MS = 3_600_000;

/**
 * Proves the conservation law from the tables: every delivery is in one state with all that belongs to it, each that has not
 * ended has exactly one attempt that will move it, what has ended left nothing behind, and (`full`) what was accepted is there.
 *
 * Each statement judges its rows in its own one snapshot, and every transition commits as a whole, so that no concurrent
 * transaction is seen half done: what is found is stored. Between two statements rows may move; no verdict spans two.
 */
export async function findUnaccounted(runner: Runner, options: FindUnaccountedOptions): Promise<Unaccounted> {
  const { full, endedWithinMs = HOUR_MS, suspects = [], onPage = () => undefined } = options;
  const ledger = new Ledger();
  const judge = async ({ unsound, unreadable }: Judgement): Promise<void> => {
    for (const breach of unsound.flatMap(breachesOf)) ledger.add(breach);
    ledger.addAll('unreadable', unreadable);
    await onPage();
  };
  // First, since how far back to look is counted from when this is asked.
  for await (const page of judgeEnded(runner, full ? null : endedWithinMs)) await judge(page);
  for await (const page of judgeQueued(runner)) await judge(page);
  if (suspects.length > 0) await judge(await judgeDeliveries(runner, suspects));
  for (const [kind, outlived] of [
    ['attempt_after_end', findOutlivedAttempts],
    ['secret_kept', findOutlivedSecrets],
  ] as const) {
    for await (const ids of outlived(runner)) {
      ledger.addAll(kind, ids);
      await onPage();
    }
  }
  if (full) await countEverything(runner, ledger);
  return { counts: ledger.counts, breaches: ledger.breaches };
}

async function countEverything(runner: Runner, ledger: Ledger): Promise<void> {
  for (const [kind, find] of [
    ['delivery_missing', findMissingDeliveries],
    ['key_missing', findMissingKeys],
  ] as const) {
    const { total, first } = await find(runner);
    for (const { delivery_id: id, scope } of first) ledger.add({ kind, id, detail: `delivery ${id} of ${scope}: ${UNACCOUNTED[kind]}` });
    ledger.addUnnamed(kind, total - first.length);
  }
  for (const { stream, accepted, queued, ended, deleted } of await findMiscountedStreams(runner)) {
    const detail = `stream ${stream}: accepted ${accepted}, but queued ${queued} + ended ${ended} + deleted ${deleted}`;
    ledger.add({ kind: 'stream_miscounted', id: stream, detail });
  }
}

/** Counts each breach once, however many statements find it. */
class Ledger {
  readonly counts = Object.fromEntries(UNACCOUNTED_KINDS.map((kind) => [kind, 0])) as Record<UnaccountedKind, number>;
  readonly breaches: Breach[] = [];
  private readonly seen = new Set<string>();

  add(breach: Breach): void {
    const name = `${breach.kind} ${breach.id}`;
    if (this.seen.has(name)) return;
    this.seen.add(name);
    this.counts[breach.kind] += 1;
    if (this.counts[breach.kind] <= MOST) this.breaches.push(breach);
  }

  addAll(kind: UnaccountedKind, ids: readonly string[]): void {
    for (const id of ids) this.add({ kind, id, detail: `delivery ${id}: ${UNACCOUNTED[kind]}` });
  }

  addUnnamed(kind: UnaccountedKind, count: number): void {
    this.counts[kind] += count;
  }
}
