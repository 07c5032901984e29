import { isSameCommand, parseKeptCommand, prepareDelivery, type AcceptanceTerms, type Refusal, type StreamCommand } from '@mail/domain';
import {
  acceptCandidates,
  boundedTransaction,
  lockMalformedCommand,
  markMalformedReplayed,
  recordOperatorAction,
  type Acceptance,
  type Candidate,
  type Database,
  type Notifier,
} from '@mail/persistence';
import { freshIds, newId, type TraceHeaders } from '@mail/runtime';
import { ProblemError } from './problem.js';
import { partOf, traceOrder } from './trace-acceptance.js';

export interface ReplayMalformedCommandOptions {
  readonly database: Database;
  readonly due: Notifier;
  readonly terms: AcceptanceTerms;
  readonly idempotencyTtlMs: number;
  readonly maxCommandBytes: number;
  /** Bound on each statement, in ms. */
  readonly timeoutMs: number;
}

/** The headers are those of the request: what the entry itself named is not kept. */
export interface ReplayOrder extends TraceHeaders {
  readonly malformedId: string;
  readonly operator: string;
}

const NOT_FOUND: Refusal = { code: 'not_found', detail: 'There is no such malformed command.', faults: [] };
const refused = (refusal: Refusal): Acceptance => ({ kind: 'refused', refusal });

/**
 * Tries a command that the stream's consumer refused once more, through the acceptance of every command. One that was replayed before
 * is answered as it was then, however long ago: it never makes a second delivery.
 */
export function replayMalformedCommand(options: ReplayMalformedCommandOptions) {
  const { database, due, terms, idempotencyTtlMs, maxCommandBytes, timeoutMs } = options;
  return (order: ReplayOrder) =>
    traceOrder(async (span) => {
      const { malformedId, operator } = order;
      const acceptance = await boundedTransaction(database, timeoutMs, async (client): Promise<Acceptance> => {
        const held = await lockMalformedCommand(client, malformedId);
        if (held === null) return refused(NOT_FOUND);
        if (held.replayed !== null) return { kind: 'accepted', ...held.replayed, replayed: true, lane: 0 };
        const parsed = parseKeptCommand(held, maxCommandBytes);
        if (!parsed.ok) return refused(parsed.refusal);
        const { traceparent, tracestate } = partOf(span, order);
        const [answer] = await acceptCandidates(client, [candidateOf({ ...parsed, traceparent, tracestate }, terms)], idempotencyTtlMs);
        if (answer === undefined) throw new Error('an acceptance answers every candidate');
        if (answer.kind === 'refused') return answer;
        const { deliveryId } = answer;
        await markMalformedReplayed(client, malformedId, answer);
        await recordOperatorAction(client, {
          actionId: newId(),
          operator,
          action: 'replay',
          deliveryIds: [deliveryId],
          detail: { malformed_id: malformedId, stream: held.stream, entry_id: held.entryId, delivery_id: deliveryId },
        });
        return answer;
      });
      if (acceptance.kind === 'refused') throw new ProblemError(acceptance.refusal);
      if (!acceptance.replayed && acceptance.outcome === 'queued') due.notify(acceptance.lane);
      return acceptance;
    });
}

function candidateOf(parsed: StreamCommand, terms: AcceptanceTerms): Candidate {
  return {
    scope: parsed.source,
    idempotencyKey: parsed.idempotencyKey,
    preparation: prepareDelivery(parsed, terms, freshIds()),
    matches: (key) => isSameCommand(parsed.command, key, terms.secretKeys),
  };
}

export type ReplayMalformedCommand = ReturnType<typeof replayMalformedCommand>;
