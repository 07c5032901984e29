import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { PRIORITIES, type OnUncertain, type Priority, type RecipientKind, type RecipientOutcome } from './delivery.js';
import type { NewDelivery, StoredContent } from './new-delivery.js';
import { messageId, type FreshIds } from './prepare-delivery.js';

/** What a resend copies of a delivery that has ended. */
export interface ResendOriginal {
  readonly deliveryId: string;
  readonly source: string;
  /** Whether all recipients were accepted or refused, and at least one accepted: then everyone gets it again. */
  readonly sent: boolean;
  readonly priority: Priority;
  readonly templateId: string | null;
  readonly locale: string | null;
  readonly templateHash: string | null;
  readonly tags: Record<string, string>;
  readonly onUncertain: OnUncertain;
  readonly content: StoredContent;
  readonly recipients: readonly { readonly address: string; readonly kind: RecipientKind; readonly outcome: RecipientOutcome }[];
}

export interface ResendRequest {
  readonly idempotencyKey: string;
  /** The expiry of the copy: a new one, or the original's. */
  readonly expiresAt: string | null;
  /** The new expiry that the request names, or `null`: what tells two requests with one key apart. */
  readonly requestedExpiresAt: string | null;
  readonly from: { readonly email: string; readonly name: string | null };
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

/** A new delivery of the same content: to everyone from `sent`, else to those not yet accepted. Not its `deliver_at`, nor its `supersede_key`. */
export function prepareResend(original: ResendOriginal, request: ResendRequest, ids: FreshIds): NewDelivery {
  const recipients = original.recipients.filter(({ outcome }) => original.sent || outcome !== 'accepted');
  return {
    deliveryId: ids.deliveryId,
    attemptId: ids.attemptId,
    scope: resendScope(original.deliveryId),
    source: original.source,
    idempotencyKey: request.idempotencyKey,
    priority: original.priority,
    lane: PRIORITIES.indexOf(original.priority),
    templateId: original.templateId,
    locale: original.locale,
    templateHash: original.templateHash,
    tags: original.tags,
    messageId: messageId(ids.deliveryId, request.from.email),
    from: request.from,
    deliverAt: null,
    expiresAt: request.expiresAt,
    expiresInMs: null,
    supersedeKey: null,
    onUncertain: original.onUncertain,
    resendOf: original.deliveryId,
    traceparent: request.traceparent,
    tracestate: request.tracestate,
    fingerprint: resendFingerprint(original.deliveryId, request.requestedExpiresAt),
    secretNames: [],
    secretSalt: null,
    secretHash: null,
    secretMac: null,
    content: original.content,
    secretVariables: null,
    suppressed: false,
    recipients: recipients.map(({ address, kind }, position) => ({ position, address, kind })),
  };
}

/** Keys of resends are their own world: one delivery each. */
export function resendScope(deliveryId: string): string {
  return `resend:${deliveryId}`;
}

/** What decides whether two resends with one key are the same. */
export function resendFingerprint(deliveryId: string, requestedExpiresAt: string | null): Buffer {
  return hash('sha256', canonicalJson({ resend_of: deliveryId, expires_at: requestedExpiresAt }), 'buffer');
}
