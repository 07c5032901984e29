import { hash } from 'node:crypto';
import { AUTH_SOURCE, isSameCommand, parseStreamEntry, prepareDelivery, type AcceptanceTerms, type Refusal } from '@mail/domain';
import {
  acceptCandidates,
  advanceStreamOffset,
  recordMalformedCommands,
  type Candidate,
  type Database,
  type MalformedCommand,
  type Notifier,
  type StreamLease,
} from '@mail/persistence';
import { freshIds, newId, type Logger } from '@mail/runtime';
import type { StreamEntry } from '@mail/stream';

export interface AcceptCommandsOptions {
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

type Read =
  | { readonly entry: StreamEntry; readonly candidate: Candidate; readonly source: string; readonly idempotencyKey: string }
  | {
      readonly entry: StreamEntry;
      readonly candidate: null;
      readonly refusal: Refusal;
      readonly source: string | null;
      readonly idempotencyKey: string | null;
    };

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
  const accept = async (entries: readonly StreamEntry[], lease: StreamLease): Promise<void> => {
    const read = entries.map((entry) => prepared.get(entry) ?? readEntry(entry, options));
    const last = entries.at(-1);
    if (last === undefined) return;
    const { counts, malformed, urgent } = await database.transaction(async (client) => {
      const candidates = read.flatMap(({ candidate }) => (candidate === null ? [] : [candidate]));
      const acceptances = await acceptCandidates(client, candidates, idempotencyTtlMs, lease);
      const answers = new Map(candidates.map((candidate, index) => [candidate, acceptances[index]]));
      const malformed = read.flatMap((item) => {
        const answer = item.candidate === null ? undefined : answers.get(item.candidate);
        const refusal = item.candidate === null ? item.refusal : answer?.kind === 'refused' ? answer.refusal : null;
        return refusal === null ? [] : [malformedCommand(item, refusal, lease, options.maxCommandBytes)];
      });
      if (malformed.length > 0) await recordMalformedCommands(client, malformed);
      const accepted = acceptances.flatMap((answer) => (answer.kind === 'accepted' ? [answer] : []));
      const fresh = accepted.filter(({ replayed }) => !replayed);
      const counts = { accepted: fresh.length, replayed: accepted.length - fresh.length, malformed: malformed.length };
      const moved = await advanceStreamOffset(client, lease, { lastId: last.id, ...counts }, leaseTtlMs);
      if (!moved) throw new LeaseLostError('the stream lease has passed to another consumer');
      const lanes = fresh.filter(({ outcome }) => outcome === 'queued').map(({ lane }) => lane);
      return { counts, malformed, urgent: lanes.length === 0 ? null : Math.min(...lanes) };
    });
    if (urgent !== null) due.notify(urgent);
    for (const { entryId: entry_id, code, source } of malformed) {
      logger.warn({ event: 'command_malformed', stream: lease.stream, entry_id, code, source }, 'a command was recorded as malformed');
    }
    logger.debug({ event: 'batch_accepted', offset: last.id, ...counts }, 'batch accepted');
  };
  const prepare = (entries: readonly StreamEntry[]): void => {
    for (const entry of entries) prepared.set(entry, readEntry(entry, options));
  };
  return Object.assign(accept, { prepare });
}

function readEntry(entry: StreamEntry, { terms, maxCommandBytes, refuseAll }: AcceptCommandsOptions): Read {
  const parsed = parseStreamEntry(entry.fields, maxCommandBytes);
  const refusal = refuseAll ?? (parsed.ok ? null : parsed.refusal);
  if (!parsed.ok || refusal !== null) {
    return { entry, candidate: null, refusal: refusal ?? CANNOT_BE_STORED, source: parsed.source, idempotencyKey: parsed.idempotencyKey };
  }
  const { source, idempotencyKey, command } = parsed;
  const candidate: Candidate = {
    scope: source,
    idempotencyKey,
    preparation: prepareDelivery(parsed, terms, freshIds()),
    matches: (key) => isSameCommand(command, key),
  };
  return { entry, candidate, source, idempotencyKey };
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
