/** The words of deliveries and attempts, as `docs/states.md` explains them. */

export type Priority = 'high' | 'normal' | 'bulk';

/** What becomes of a mail of which nobody knows whether it is out. */
export type OnUncertain = 'retry' | 'hold';

export type DeliveryStatus =
  'queued' | 'sent' | 'failed' | 'dead_letter' | 'uncertain' | 'suppressed' | 'cancelled' | 'superseded' | 'expired';

/** `sending`: `queued`, and an attempt is in progress. */
export type ShownStatus = DeliveryStatus | 'sending';

export type EndReason =
  | 'provider_accepted'
  | 'permanent_rejected'
  | 'render_failed'
  | 'retry_schedule_used_up'
  | 'provider_trouble_limit_passed'
  | 'on_uncertain_hold'
  | 'expires_at_passed'
  | 'superseded'
  | 'cancelled_by_operator'
  | 'stub_mode';

export type RecipientKind = 'to' | 'cc' | 'bcc';
export type RecipientOutcome = 'pending' | 'accepted' | 'refused' | 'uncertain' | 'suppressed' | 'abandoned';

export type AttemptStatus = 'scheduled' | 'claimed' | 'in_progress' | 'ended';

export type AttemptOutcome =
  | 'provider_accepted'
  | 'transient_rejected'
  | 'permanent_rejected'
  | 'transport_failed'
  | 'timed_out'
  | 'uncertain'
  | 'render_failed'
  | 'cancelled';

/** Where in the SMTP dialogue an attempt ended. */
export type SmtpPhase = 'render' | 'connect' | 'greeting' | 'ehlo' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'body' | 'final';

/** How an accepted command begins. */
export type AcceptanceOutcome = 'queued' | 'suppressed' | 'expired';
