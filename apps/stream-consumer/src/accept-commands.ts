import { hash } from 'node:crypto';
import { fieldOf, mayHoldSecret, type MaybeSecretTemplate, type Refusal } from '@mail/domain';
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
import { isTracing, newId, type Logger } from '@mail/runtime';
import type { StreamEntry } from '@mail/stream';
import { measureBatch } from './measure-batch.js';
import type { Read, ReadEntry } from './read-entry.js';
import { endEntryTrace, traceBatch, traceIdsOf, type EntryEnd } from './trace-entries.js';

export interface AcceptCommandsOptions {
  readonly database: Database;
  readonly read: ReadEntry;
  /** The whole catalog: what of a refused command may be kept depends on it. */
  readonly templates: readonly MaybeSecretTemplate[];
  readonly due: Notifier;
  readonly logger: Logger;
  readonly maxCommandBytes: number;
  readonly idempotencyTtlMs: number;
  readonly leaseTtlMs: number;
}

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
    const read = entries.map((entry) => prepared.get(entry) ?? options.read(entry));
    const last = entries.at(-1);
    if (last === undefined) return;
    // Before the transaction: while all of a hundred megabytes are looked at, the server would take its session for one that froze.
    const kept = new Map<Read, Kept>(read.flatMap((item) => (item.candidate === null ? [[item, keptOf(item, options)]] : [])));
    const startedAtMs = performance.now();
    const write = () =>
      database.transaction(async (client) => {
        const candidates = read.flatMap(({ candidate }) => (candidate === null ? [] : [candidate]));
        const acceptances = await acceptCandidates(client, candidates, idempotencyTtlMs, lease);
        const answers = new Map(candidates.map((candidate, index) => [candidate, acceptances[index]]));
        const ends = read.map((item) => endOf(item, answers));
        const malformed = ends.flatMap((end, index) => {
          const item = read[index];
          return item === undefined || !('refusal' in end)
            ? []
            : [malformedCommand(item, end.refusal, lease, kept.get(item) ?? keptOf(item, options))];
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
    for (const entry of entries) prepared.set(entry, options.read(entry));
  };
  return Object.assign(accept, { prepare });
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

type Kept = Pick<MalformedCommand, 'raw' | 'sha256' | 'rawBytes'>;
type Keeping = Pick<AcceptCommandsOptions, 'templates' | 'maxCommandBytes'>;

function malformedCommand(item: Read, refusal: Refusal, lease: StreamLease, kept: Kept): MalformedCommand {
  const { entry, source, idempotencyKey } = item;
  return {
    malformedId: newId(),
    stream: lease.stream,
    incarnation: lease.incarnation,
    entryId: entry.id,
    source,
    idempotencyKey,
    ...kept,
    code: refusal.code,
    reason: refusal.detail,
    faults: refusal.faults,
  };
}

/** What is kept of a refused command: its bytes and their hash, or neither where it may hold a secret, which is guessed from a hash if it is short. */
function keptOf(item: Read, { templates, maxCommandBytes }: Keeping): Kept {
  const raw = fieldOf(item.entry.fields, 'command') ?? Buffer.alloc(0);
  const command = item.candidate === null ? null : item.command;
  if (mayHoldSecret({ source: item.source, command, raw }, templates)) return { raw: null, sha256: null, rawBytes: raw.length };
  return { raw: raw.subarray(0, maxCommandBytes), sha256: hash('sha256', raw, 'buffer'), rawBytes: raw.length };
}
