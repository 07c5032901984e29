import {
  isSameCommand,
  originOf,
  prepareDelivery,
  type AcceptanceTerms,
  type DeliveryCommand,
  type EntryOrigin,
  type parseStreamEntry,
  type Refusal,
} from '@mail/domain';
import type { Candidate } from '@mail/persistence';
import { freshIds, headersOf, type Logger, type Span } from '@mail/runtime';
import type { StreamEntry } from '@mail/stream';
import { traceEntry } from './trace-entries.js';

/** An entry as its fields tell it: a command that may be accepted, or why it is refused. */
export type Read = { readonly entry: StreamEntry; readonly span: Span | null; readonly requestedAtMs: number | null } & (
  | { readonly candidate: Candidate; readonly command: DeliveryCommand; readonly source: string; readonly idempotencyKey: string }
  | ({ readonly candidate: null; readonly refusal: Refusal } & EntryOrigin)
);

/** Never throws: one entry that cannot be read costs the others of its batch nothing. */
export type ReadEntry = (entry: StreamEntry) => Read;

/** For an entry that PostgreSQL refuses, though everything here let it pass. */
export const CANNOT_BE_STORED: Refusal = {
  code: 'validation_failed',
  detail: 'The command cannot be stored; the log says why.',
  faults: [],
};

/** For an entry that the parser, or the template's check, throws at. */
const CANNOT_BE_READ: Refusal = {
  code: 'validation_failed',
  detail: 'The command cannot be read; the log says why.',
  faults: [],
};

export interface ReadEntryOptions {
  /** The stream's name, for its traces. */
  readonly stream: string;
  readonly terms: AcceptanceTerms;
  readonly maxCommandBytes: number;
  readonly parse: typeof parseStreamEntry;
  readonly logger: Logger;
}

export function readEntry({ stream, terms, maxCommandBytes, parse, logger }: ReadEntryOptions): ReadEntry {
  const read = (entry: StreamEntry, span: Span | null): Read => {
    const parsed = parse(entry.fields, maxCommandBytes);
    if (!parsed.ok) {
      const { refusal, source, idempotencyKey } = parsed;
      return { entry, span, requestedAtMs: null, candidate: null, refusal, source, idempotencyKey };
    }
    const { source, idempotencyKey, command, requestedAtMs } = parsed;
    const candidate: Candidate = {
      scope: source,
      idempotencyKey,
      preparation: prepareDelivery(span === null ? parsed : { ...parsed, ...headersOf(span) }, terms, freshIds()),
      matches: (key) => isSameCommand(command, key, terms.secretKeys),
    };
    return { entry, span, requestedAtMs, candidate, command, source, idempotencyKey };
  };
  return (entry) => {
    const span = traceEntry(stream, entry);
    try {
      return read(entry, span);
    } catch (error) {
      const line = { event: 'entry_unreadable', stream, entry_id: entry.id, bytes: entry.bytes, ...withoutMessage(error) };
      logger.error(line, 'an entry cannot be read: it is recorded as malformed');
      return refusedUnread(entry, span, CANNOT_BE_READ);
    }
  };
}

/** Refuses every entry, whatever it is. Nothing but the names of its fields, its source and its key are looked at. */
export function setAside(stream: string, refusal: Refusal): ReadEntry {
  return (entry) => refusedUnread(entry, traceEntry(stream, entry), refusal);
}

function refusedUnread(entry: StreamEntry, span: Span | null, refusal: Refusal): Read {
  return { entry, span, requestedAtMs: null, candidate: null, refusal, ...originOf(entry.fields) };
}

/** What a parser says may repeat what it was given, and that may be a secret: its kind and its place are enough to find it. */
function withoutMessage(error: unknown): { readonly error_type: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { error_type: typeof error, at: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return { error_type: error.name, at: frames.slice(0, 5).map((frame) => frame.trim()) };
}
