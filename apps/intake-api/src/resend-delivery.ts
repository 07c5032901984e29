import {
  prepareResend,
  resendFingerprint,
  resendObstacle,
  resendScope,
  type AcceptanceTerms,
  type Refusal,
  type ResendObstacle,
  type ResendRequest,
} from '@mail/domain';
import {
  acceptCandidates,
  boundedTransaction,
  readResendableDelivery,
  recordOperatorAction,
  resendOriginalOf,
  type Candidate,
  type Database,
  type Notifier,
  type Resendable,
} from '@mail/persistence';
import { freshIds, newId } from '@mail/runtime';
import { ProblemError } from './problem.js';
import { partOf, traceOrder, traceOriginal } from './trace-acceptance.js';

export interface ResendDeliveryOptions {
  readonly database: Database;
  readonly due: Notifier;
  readonly from: AcceptanceTerms['from'];
  readonly idempotencyTtlMs: number;
  /** Bound on each statement, in ms. */
  readonly timeoutMs: number;
}

export type ResendOrder = Omit<ResendRequest, 'expiresAt' | 'from'> & { readonly deliveryId: string; readonly operator: string };

/**
 * Makes a new delivery of one that has ended; refused while it has not, once its content is wiped, or past its expiry. The delivery
 * and the record of who asked for it are one transaction.
 */
export function resendDelivery({ database, due, from, idempotencyTtlMs, timeoutMs }: ResendDeliveryOptions) {
  return (order: ResendOrder) =>
    traceOrder(async (span) => {
      const acceptance = await boundedTransaction(database, timeoutMs, async (client) => {
        const { deliveryId, operator } = order;
        const original = await readResendableDelivery(client, deliveryId);
        if (original === null) return null;
        traceOriginal(span, original);
        const [answer] = await acceptCandidates(client, [candidateOf(original, partOf(span, order), from)], idempotencyTtlMs);
        if (answer?.kind === 'accepted' && !answer.replayed) {
          await recordOperatorAction(client, {
            actionId: newId(),
            operator,
            action: 'resend',
            deliveryIds: [deliveryId, answer.deliveryId],
            detail: { resend_of: deliveryId, delivery_id: answer.deliveryId },
          });
        }
        return answer;
      });
      if (acceptance === null) throw ProblemError.of('not_found', 'There is no such delivery.');
      if (acceptance === undefined) throw new Error('an acceptance answers every candidate');
      if (acceptance.kind === 'refused') throw new ProblemError(acceptance.refusal);
      if (!acceptance.replayed && acceptance.outcome === 'queued') due.notify(acceptance.lane);
      return acceptance;
    });
}

function candidateOf(original: Resendable, { deliveryId, ...request }: ResendOrder, from: AcceptanceTerms['from']): Candidate {
  const delivery = prepareResend(
    resendOriginalOf(original),
    { ...request, from, expiresAt: request.requestedExpiresAt ?? original.expires_at?.toISOString() ?? null },
    freshIds(),
  );
  const refusal = refusalOf(original, request.requestedExpiresAt);
  const fingerprint = resendFingerprint(deliveryId, request.requestedExpiresAt);
  return {
    scope: resendScope(deliveryId),
    idempotencyKey: request.idempotencyKey,
    // A refusal counts only if the key is new: a resend that was accepted is answered, whatever time has passed since.
    preparation: refusal === null ? { ok: true, delivery } : { ok: false, refusal },
    matches: (key) => key.fingerprint.equals(fingerprint),
  };
}

/** Their rows were deleted by hand: the mail cannot be made any more. */
const NOBODY: Refusal = {
  code: 'content_purged',
  detail: 'The recipients of the delivery are gone. Have the caller send a new command.',
  faults: [],
};
const REFUSED: Readonly<Record<ResendObstacle, string>> = {
  not_terminal: 'The delivery has not ended. Only one that has ended can be sent again.',
  content_purged: 'The content held a secret, which was wiped when the delivery ended. Have the caller send a new command.',
  expired: 'The delivery is past its expires_at. Give a new expires_at in the body to send it all the same.',
};

function refusalOf({ status, content_purged_at, is_expired, recipients }: Resendable, requestedExpiresAt: string | null): Refusal | null {
  const facts = { status, isPurged: content_purged_at !== null, isExpired: is_expired };
  const code = resendObstacle(facts, requestedExpiresAt !== null);
  if (code !== null) return { code, detail: REFUSED[code], faults: [] };
  return recipients.length === 0 ? NOBODY : null;
}

export type ResendDelivery = ReturnType<typeof resendDelivery>;
