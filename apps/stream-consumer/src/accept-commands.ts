import { hash } from 'node:crypto';
import { AUTH_SOURCE, isSameCommand, parseStreamEntry, prepareDelivery, type AcceptanceTerms, type Refusal } from '@mail/domain';
import {
  acceptCandidates,
  advanceStreamOffset,
  recordMalformedCommands,
  type Acceptance,
  type Candidate,
  type Database,
  type MalformedCommand,
  type Notifier,
  type StreamLease,
} from '@mail/persistence';
import { freshIds, headersOf, isTracing, newId, type Logger, type Span } from '@mail/runtime';
import type { StreamEntry } from '@mail/stream';
import { measureBatch } from './measure-batch.js';
import { endEntryTrace, traceBatch, traceEntry, traceIdsOf, type EntryEnd } from './trace-entries.js';

export interface AcceptCommandsOptions {
  /** The stream's name, for its traces. */
  readonly stream: string;
  readonly database: Database;
  readonly terms: AcceptanceTerms;
  readonly due: Notifier;
  readonly logger: Logger;
  readonly maxCommandBytes: number;
  readonly idempotencyTtlMs: number;
  readonly leaseTtlMs: number;
  /** Records every entry as malformed, for this reason. */
  readonly refuseAll?: Refusal;
}

/** For an entry that PostgreSQL refuses, though everything here let it pass. */
export const CANNOT_BE_STORED: Refusal = {
  code: 'validation_failed',
  detail: 'The command cannot be stored; the log says why.',
  faults: [],
};

type Read = { readonly entry: StreamEntry; readonly span: Span | null; readonly requestedAtMs: number | null } & (
  | { readonly candidate: Candidate; readonly source: string; readonly idempotencyKey: string }
  | { readonly candidate: null; readonly refusal: Refusal; readonly source: string | null; readonly idempotencyKey: string | null }
);

/** The lease has passed to another consumer, which reads these entries itself: nothing was written. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export interface AcceptCommands {
  /** Resolves once the batch is durable. */
  (entries: readonly StreamEntry[], lease: StreamLease): Promise<void>;
  /** Reads entries that are still to come, so that this need not be done when their turn is there. */
  prepare(entries: readonly StreamEntry[]): void;
}

/**
 * Makes what a batch of entries stands for durable, with the offset after it, in one transaction: each entry a delivery, a
 * replay, or a malformed record.
 */
export function acceptCommands(options: AcceptCommandsOptions): AcceptCommands {
  const { database, due, logger, idempotencyTtlMs, leaseTtlMs } = options;
  const prepared = new WeakMap<StreamEntry, Read>();
  const measure = measureBatch();
  const accept = async (entries: readonly StreamEntry[], lease: StreamLease): Promise<void> => {
    const read = entries.map((entry) => prepared.get(entry) ?? readEntry(entry, options));
    const last = entries.at(-1);
    if (last === undefined) return;
    const startedAtMs = performance.now();
    const write = () =>
      database.transaction(async (client) => {
        const candidates = read.flatMap(({ candidate }) => (candidate === null ? [] : [candidate]));
        const acceptances = await acceptCandidates(client, candidates, idempotencyTtlMs, lease);
        const answers = new Map(candidates.map((candidate, index) => [candidate, acceptances[index]]));
        const ends = read.map((item) => endOf(item, answers));
        const malformed = ends.flatMap((end, index) => {
          const item = read[index];
          return item === undefined || !('refusal' in end) ? [] : [malformedCommand(item, end.refusal, lease, options.maxCommandBytes)];
        });
        if (malformed.length > 0) await recordMalformedCommands(client, malformed);
        const accepted = acceptances.flatMap((answer) => (answer.kind === 'accepted' ? [answer] : []));
        const fresh = accepted.filter(({ replayed }) => !replayed);
        const counts = { accepted: fresh.length, replayed: accepted.length - fresh.length, malformed: malformed.length };
        const moved = await advanceStreamOffset(client, lease, { lastId: last.id, ...counts }, leaseTtlMs);
        if (!moved) throw new LeaseLostError('the stream lease has passed to another consumer');
        const lanes = fresh.filter(({ outcome }) => outcome === 'queued').map(({ lane }) => lane);
        return { counts, ends, urgent: lanes.length === 0 ? null : Math.min(...lanes) };
      });
    const spans = read.map(({ span }) => span);
    const { counts, ends, urgent } = await (isTracing() ? traceBatch(spans, write) : write());
    measure?.(
      ends.map((end, index) => ({ end, requestedAtMs: read[index]?.requestedAtMs ?? null })),
      performance.now() - startedAtMs,
    );
    if (isTracing()) ends.forEach((end, index) => endEntryTrace(spans[index] ?? null, end));
    if (urgent !== null) due.notify(urgent);
    ends.forEach((end, index) => {
      const item = read[index];
      if (item === undefined || !('refusal' in end)) return;
      const { entry, source } = item;
      const line = { event: 'command_malformed', stream: lease.stream, entry_id: entry.id, code: end.refusal.code, source };
      logger.warn({ ...line, ...traceIdsOf(item) }, 'a command was recorded as malformed');
    });
    logger.debug({ event: 'batch_accepted', offset: last.id, ...counts }, 'batch accepted');
  };
  const prepare = (entries: readonly StreamEntry[]): void => {
    for (const entry of entries) prepared.set(entry, readEntry(entry, options));
  };
  return Object.assign(accept, { prepare });
}

function readEntry(entry: StreamEntry, { stream, terms, maxCommandBytes, refuseAll }: AcceptCommandsOptions): Read {
  const parsed = parseStreamEntry(entry.fields, maxCommandBytes);
  const refusal = refuseAll ?? (parsed.ok ? null : parsed.refusal);
  const span = traceEntry(stream, entry);
  const { source, idempotencyKey } = parsed;
  if (!parsed.ok || refusal !== null) {
    return { entry, span, requestedAtMs: null, candidate: null, refusal: refusal ?? CANNOT_BE_STORED, source, idempotencyKey };
  }
  const { command, requestedAtMs } = parsed;
  const candidate: Candidate = {
    scope: parsed.source,
    idempotencyKey: parsed.idempotencyKey,
    preparation: prepareDelivery(span === null ? parsed : { ...parsed, ...headersOf(span) }, terms, freshIds()),
    matches: (key) => isSameCommand(command, key),
  };
  return { entry, span, requestedAtMs, candidate, source: parsed.source, idempotencyKey: parsed.idempotencyKey };
}

function endOf(item: Read, answers: ReadonlyMap<Candidate, Acceptance | undefined>): EntryEnd {
  if (item.candidate === null) return { refusal: item.refusal };
  const { candidate, source } = item;
  const answer = answers.get(candidate);
  if (answer === undefined) throw new Error('an acceptance answers every candidate');
  if (answer.kind === 'refused') return { refusal: answer.refusal };
  const { preparation } = candidate;
  return { answer, source, templateId: preparation.ok ? preparation.delivery.templateId : null };
}

function malformedCommand(
  { entry, source, idempotencyKey }: Read,
  refusal: Refusal,
  lease: StreamLease,
  maxBytes: number,
): MalformedCommand {
  const command = entry.fields.find(([name]) => name.toString('latin1') === 'command')?.[1] ?? Buffer.alloc(0);
  // It may hold a code: not even a hash is kept, from which six digits are guessed in seconds.
  const secret = source === AUTH_SOURCE;
  return {
    malformedId: newId(),
    stream: lease.stream,
    incarnation: lease.incarnation,
    entryId: entry.id,
    source,
    idempotencyKey,
    raw: secret ? null : command.subarray(0, maxBytes),
    sha256: secret ? null : hash('sha256', command, 'buffer'),
    rawBytes: command.length,
    code: refusal.code,
    reason: refusal.detail,
    faults: refusal.faults,
  };
}
