/** The vocabulary of deliveries: the same words in SQL, JSON, metrics and logs. */

export const DELIVERY_STATUSES = [
  'queued',
  'sent',
  'failed',
  'dead_letter',
  'uncertain',
  'suppressed',
  'cancelled',
  'superseded',
  'expired',
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Every status but `queued` is an end. */
export type DeliveryEnd = Exclude<DeliveryStatus, 'queued'>;

/** Which rule ended the delivery; `deliveries.end_reason`. */
export const END_REASONS = [
  'provider_accepted',
  'permanent_rejected',
  'render_failed',
  'retry_schedule_used_up',
  'provider_trouble_limit_passed',
  'on_uncertain_hold',
  'expires_at_passed',
  'superseded',
  'cancelled_by_operator',
  'stub_mode',
] as const;
export type EndReason = (typeof END_REASONS)[number];

export const RECIPIENT_OUTCOMES = ['pending', 'accepted', 'refused', 'uncertain', 'suppressed', 'abandoned'] as const;
export type RecipientOutcome = (typeof RECIPIENT_OUTCOMES)[number];

export const RECIPIENT_KINDS = ['to', 'cc', 'bcc'] as const;
export type RecipientKind = (typeof RECIPIENT_KINDS)[number];

/** Priorities in the order in which they are served; the index is the lane. */
export const PRIORITIES = ['high', 'normal', 'bulk'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What becomes of a mail of which nobody knows whether it is out: send a second copy, or leave it to an operator. */
export type OnUncertain = 'retry' | 'hold';
