import { compareEntryIds } from '@mail/domain';
import type { Survey } from './command-stream.js';

/** Where the reading stands: the last entry consumed, and how many were consumed or found missing since the stream began. */
export interface ReadPosition {
  readonly lastId: string;
  readonly consumed: number;
  readonly missed: number;
  /** Whether the stream's own count can be held against these. From an adoption on it cannot, until all is read: some entries were passed over. */
  readonly countsKnown: boolean;
}

export interface Incident {
  readonly kind: 'gap' | 'missing_key' | 'went_backwards' | 'wrong_type';
  readonly detail: Record<string, unknown>;
  /** What brings the count of consumed and missing entries back in step with the stream's own. */
  readonly missed: number;
  /** Whether nothing could ever be read again, until an operator has adopted the new stream. */
  readonly halts: boolean;
}

/**
 * `XREAD` is silent about loss: it jumps over what was trimmed, and waits for ever on a stream whose ids went back. So what
 * Redis says of the stream is held against what was consumed. `null`: nothing is missing.
 */
export function findIncident(survey: Survey, position: ReadPosition): Incident | null {
  if (survey.kind === 'wrong_type') return { kind: 'wrong_type', detail: {}, missed: 0, halts: false };
  if (survey.kind === 'missing_key') {
    return position.lastId === '0-0' ? null : { kind: 'missing_key', detail: {}, missed: 0, halts: false };
  }
  const { lastGeneratedId, firstEntryId, entriesAdded, length, runId } = survey;
  const detail = { last_generated_id: lastGeneratedId, first_entry_id: firstEntryId, entries_added: entriesAdded, length, run_id: runId };
  if (compareEntryIds(lastGeneratedId, position.lastId) < 0) return { kind: 'went_backwards', detail, missed: 0, halts: true };
  if (!position.countsKnown) return null;
  const isAllRead = lastGeneratedId === position.lastId;
  // An entry at or before the offset is still there: nothing was trimmed past it. Unless reading has gone past a gap since the last
  // look, which the counts alone show, and only once nothing is left to read.
  if (!isAllRead && firstEntryId !== null && compareEntryIds(firstEntryId, position.lastId) <= 0) return null;
  // What is there and past the offset is still to be read, so the rest of what was ever added must have been consumed. More: entries
  // went unread. Less: the stream is not the one that was consumed, and what the old one still held is unknown.
  const unread = isAllRead ? 0 : length;
  const unaccounted = entriesAdded - unread - position.consumed - position.missed;
  if (unaccounted === 0) return null;
  return { kind: 'gap', detail: { ...detail, entries_missing: unaccounted > 0 ? unaccounted : null }, missed: unaccounted, halts: false };
}
