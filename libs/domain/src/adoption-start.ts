import { compareEntryIds } from './entry-id.js';

/** What the consumer, halted, has counted of the stream that is there, from its oldest entry on. */
export interface StreamStock {
  readonly counted_at: string;
  readonly last_generated_id: string;
  /** Entries in the stream. */
  readonly length: number;
  /** How many of them were counted one by one: all, or as many as were worth their time. */
  readonly counted: number;
  /** Up to some of the counted entries, oldest first: how many there are. The last one counted is among them. */
  readonly marks: readonly (readonly [id: string, entries: number])[];
}

/** Where reading goes on, and what that means. Of entries: at most, since not every one may have been counted; `null` where none was. */
export interface AdoptionStart {
  readonly lastId: string;
  /** Entries after it that no idempotency key covers any more. */
  readonly mayBeSentAgain: number | null;
  /** Entries up to it: they are not read. */
  readonly passedOver: number | null;
}

const MOST_MARGIN_MS = 3_600_000;

/**
 * Where the reading of an adopted stream goes on. By itself after what idempotency keys no longer cover: an entry was accepted after it was
 * added, and its key is remembered for the TTL from then on, so that entries of less than the TTL ago are recognised. An hour of that, or a
 * tenth of a short TTL, is left out, for clocks that differ. Never past the newest entry: the reader would halt again at once.
 *
 * An operator may name another id. Ids are taken for times in Unix ms, as Redis makes them.
 */
export function adoptionStart(named: string | null, stock: StreamStock | null, nowMs: number, idempotencyTtlMs: number): AdoptionStart {
  const covered = `${Math.max(0, Math.ceil(nowMs - idempotencyTtlMs + Math.min(MOST_MARGIN_MS, idempotencyTtlMs / 10)))}-0`;
  const isPast = stock !== null && compareEntryIds(stock.last_generated_id, covered) < 0;
  const lastId = named ?? (isPast ? stock.last_generated_id : covered);
  if (stock === null) return { lastId, mayBeSentAgain: null, passedOver: null };
  const uncovered = atMostUpTo(covered, stock);
  return {
    lastId,
    mayBeSentAgain: compareEntryIds(lastId, covered) >= 0 ? 0 : Math.max(0, uncovered - atLeastUpTo(lastId, stock)),
    passedOver: atMostUpTo(lastId, stock),
  };
}

/** Of the entries up to an id, how many there are for sure. */
function atLeastUpTo(id: string, { marks }: StreamStock): number {
  return marks.findLast(([mark]) => compareEntryIds(mark, id) <= 0)?.[1] ?? 0;
}

/** How many there may be. */
function atMostUpTo(id: string, { marks, counted, length }: StreamStock): number {
  const next = marks.findIndex(([mark]) => compareEntryIds(mark, id) >= 0);
  if (next < 0) return counted < length ? length : counted;
  const [mark, entries] = marks[next] ?? ['0-0', 0];
  // What follows the mark before it may be up to the id, but for the entry at this mark itself.
  return compareEntryIds(mark, id) === 0 ? entries : entries - 1;
}
