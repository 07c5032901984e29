import {
  acceptCandidates,
  isDatabaseUnavailable,
  supersedes,
  type Acceptance,
  type Candidate,
  type Database,
  type Notifier,
} from '@mail/persistence';
import { groupCommit, isTracing } from '@mail/runtime';
import { ProblemError } from './problem.js';
import { traceBatch } from './trace-acceptance.js';

export interface AcceptTogetherOptions {
  readonly database: Database;
  readonly due: Notifier;
  readonly idempotencyTtlMs: number;
  /** What may wait for a commit together, before a caller is told to come back later. */
  readonly maxWaitingBytes: number;
}

const MAX_BATCH = 500;
/** Of one statement: the server has MAIL_POSTGRES_OPERATION_TIMEOUT for it. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const MAX_IN_FLIGHT = 2;
const OVERLAP_AFTER_MS = 25;
/** How many commands may wait for a commit, before a caller is told to come back later. */
const MAX_WAITING = 5000;

/**
 * Accepts commands; those that arrive together share one commit. Resolves once the answer is durable.
 * `bytes` is the command's size, for the bound on what waits in memory.
 */
export function acceptTogether({ database, due, idempotencyTtlMs, maxWaitingBytes }: AcceptTogetherOptions) {
  const commits = groupCommit<{ candidate: Candidate; bytes: number }, Acceptance>({
    maxSize: MAX_BATCH,
    maxBytes: MAX_BATCH_BYTES,
    bytesOf: ({ bytes }) => bytes,
    maxInFlight: MAX_IN_FLIGHT,
    overlapAfterMs: OVERLAP_AFTER_MS,
    isOutage: isDatabaseUnavailable,
    write: (batch) => {
      const candidates = batch.map(({ candidate }) => candidate);
      const write = (): Promise<Acceptance[]> =>
        supersedes(candidates)
          ? database.transaction((client) => acceptCandidates(client, candidates, idempotencyTtlMs))
          : acceptCandidates(database, candidates, idempotencyTtlMs);
      return isTracing() ? traceBatch(candidates, write) : write();
    },
  });
  let held = 0;
  let heldBytes = 0;
  return async (candidate: Candidate, bytes: number): Promise<Extract<Acceptance, { kind: 'accepted' }>> => {
    if (held >= MAX_WAITING || heldBytes + bytes > maxWaitingBytes) {
      throw ProblemError.of(
        'overloaded',
        'More commands are waiting than can be stored in time. Nothing of this one was stored: try again with the same key.',
      );
    }
    held += 1;
    heldBytes += bytes;
    try {
      const acceptance = await commits.submit({ candidate, bytes });
      if (acceptance.kind === 'refused') throw new ProblemError(acceptance.refusal);
      if (!acceptance.replayed && acceptance.outcome === 'queued') due.notify(acceptance.lane);
      return acceptance;
    } finally {
      held -= 1;
      heldBytes -= bytes;
    }
  };
}

export type AcceptTogether = ReturnType<typeof acceptTogether>;
