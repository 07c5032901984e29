import type {
  AttemptOutcome,
  AttemptStatus,
  DeliveryStatus,
  EndReason,
  OnUncertain,
  Priority,
  RecipientKind,
  RecipientOutcome,
  ShownStatus,
  SmtpPhase,
} from './vocabulary.js';

export interface Recipient {
  readonly address: string;
  readonly kind: RecipientKind;
  readonly outcome: RecipientOutcome;
  readonly smtp_code: number | null;
  readonly enhanced_code: string | null;
  readonly smtp_reply: string | null;
}

export interface Attempt {
  readonly attempt_id: string;
  readonly number: number;
  readonly status: AttemptStatus;
  readonly outcome: AttemptOutcome | null;
  readonly scheduled_at: string;
  readonly claimed_at: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly worker_id: string | null;
  readonly phase: SmtpPhase | null;
  readonly smtp_code: number | null;
  readonly enhanced_code: string | null;
  readonly smtp_reply: string | null;
  readonly error: string | null;
}

/** All of a delivery but its content. Times are RFC 3339, UTC, with milliseconds. */
export interface Delivery {
  readonly delivery_id: string;
  readonly source: string;
  readonly idempotency_key: string;
  readonly status: ShownStatus;
  readonly end_reason: EndReason | null;
  readonly priority: Priority;
  readonly template_id: string | null;
  readonly locale: string | null;
  readonly template_hash: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly message_id: string;
  readonly on_uncertain: OnUncertain;
  readonly created_at: string;
  readonly deliver_at: string | null;
  readonly expires_at: string | null;
  readonly next_attempt_at: string | null;
  readonly ended_at: string | null;
  readonly resend_of: string | null;
  readonly superseded_by: string | null;
  readonly recipients: readonly Recipient[];
  readonly attempts: readonly Attempt[];
}

/** A mail as rendered, its secrets masked. `html` is not to be shown where it could run. */
export interface DeliveryContent {
  readonly delivery_id: string;
  readonly template_id: string | null;
  readonly locale: string | null;
  readonly template_hash: string | null;
  readonly message_id: string;
  readonly date: string;
  readonly from: { readonly email: string; readonly name: string | null };
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly reply_to: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly subject: string | null;
  readonly text: string | null;
  readonly html: string | null;
  /** Names of the variables that stand masked in it. */
  readonly masked: readonly string[];
  /** Why it cannot be rendered. */
  readonly error: string | null;
  readonly attachments: readonly { readonly filename: string; readonly content_type: string; readonly bytes: number }[];
  readonly content_purged_at: string | null;
}

export interface CancelledDelivery {
  readonly delivery_id: string;
  readonly status: DeliveryStatus;
  readonly end_reason: EndReason | null;
  readonly ended_at: string | null;
}

/** Which deliveries: only combinations that an index serves, see `docs/http-api.md`. */
export interface DeliveryQuery {
  readonly status?: ShownStatus | readonly ShownStatus[] | undefined;
  readonly source?: string | undefined;
  readonly recipient?: string | undefined;
  readonly template_id?: string | undefined;
  readonly idempotency_key?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** RFC 3339; included. */
  readonly created_from?: string | Date | undefined;
  /** RFC 3339; not included. */
  readonly created_to?: string | Date | undefined;
}
