import type { OnUncertain, Priority, RecipientKind } from './delivery.js';
import type { StoredSecrets } from './sealed-secrets.js';

/** What is stored of a command's content; secret variables are kept apart, so that they can be wiped. */
export interface StoredContent {
  readonly body:
    | { readonly mode: 'rendered'; readonly subject: string; readonly text: string | null; readonly html: string | null }
    | { readonly mode: 'template'; readonly variables: Record<string, unknown> };
  readonly reply_to: readonly string[];
  readonly headers: Record<string, string>;
  readonly attachments: readonly {
    readonly filename: string;
    readonly content_type: string;
    readonly content_base64: string;
    /** Of an inline one alone. */
    readonly content_id?: string;
  }[];
}

/** A delivery ready to be stored, if its idempotency key is new. */
export interface NewDelivery {
  readonly deliveryId: string;
  readonly attemptId: string;
  /** What the key is unique in: the source, or `resend:<id>`. */
  readonly scope: string;
  readonly source: string;
  readonly idempotencyKey: string;
  readonly priority: Priority;
  /** Index of the priority: 0 is served first. */
  readonly lane: number;
  readonly templateId: string | null;
  readonly locale: string | null;
  readonly templateHash: string | null;
  readonly tags: Record<string, string>;
  readonly messageId: string;
  readonly from: { readonly email: string; readonly name: string | null };
  readonly deliverAt: string | null;
  readonly expiresAt: string | null;
  /** Counted from acceptance, where the command names no `expires_at`. */
  readonly expiresInMs: number | null;
  readonly supersedeKey: string | null;
  readonly onUncertain: OnUncertain;
  readonly resendOf: string | null;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
  readonly fingerprint: Buffer;
  readonly secretNames: readonly string[];
  readonly secretSalt: Buffer | null;
  readonly secretHash: Buffer | null;
  readonly secretMac: Buffer | null;
  readonly content: StoredContent;
  readonly secretVariables: StoredSecrets | null;
  /** Ends at acceptance, without an attempt. */
  readonly suppressed: boolean;
  readonly recipients: readonly { readonly position: number; readonly address: string; readonly kind: RecipientKind }[];
}

/** What is remembered of an idempotency key. Salt and hash are gone once the delivery has ended; a `secretMac`, in their place with a key, stays. */
export interface RememberedKey {
  readonly fingerprint: Buffer;
  readonly secretNames: readonly string[];
  readonly secretSalt: Buffer | null;
  readonly secretHash: Buffer | null;
  readonly secretMac: Buffer | null;
  readonly deliveryId: string;
  readonly outcome: 'queued' | 'suppressed' | 'expired';
}
