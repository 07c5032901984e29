import type { AttemptOutcome, AttemptStatus, SmtpPhase } from '../attempt.js';
import type { RetryPolicy } from '../retry-policy.js';
import type { DeliveryStatus, EndReason, OnUncertain, Priority, RecipientOutcome } from '../delivery.js';

export interface ExplainedAttempt {
  readonly number: number;
  /** As in `AttemptState`, and so is `trouble_since`. */
  readonly schedule_position: number;
  readonly trouble_since: Date | null;
  readonly status: AttemptStatus;
  readonly outcome: AttemptOutcome | null;
  readonly phase: SmtpPhase | null;
  readonly scheduled_at: Date;
  readonly claimed_at: Date | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly worker_id: string | null;
  readonly smtp_reply: string | null;
  readonly error: string | null;
}

/** What an explanation stands on: a delivery as it is stored, in one snapshot. */
export interface ExplainFacts {
  readonly delivery_id: string;
  readonly status: DeliveryStatus;
  readonly end_reason: EndReason | null;
  readonly priority: Priority;
  readonly deliver_at: Date | null;
  readonly expires_at: Date | null;
  readonly ended_at: Date | null;
  readonly on_uncertain: OnUncertain;
  readonly superseded_by: string | null;
  readonly content_purged_at: Date | null;
  readonly recipients: readonly { readonly outcome: RecipientOutcome }[];
  /** By number. */
  readonly attempts: readonly ExplainedAttempt[];
  /** Due attempts of its lane that are served before its own, as far as they were counted. */
  readonly due_ahead: { readonly count: number; readonly capped: boolean };
}

/** The settings that decide. Every process may be given its own: these are those of the process that explains. */
export interface ExplainPolicy extends RetryPolicy {
  /** A claim, or an attempt in progress, is stale so long after it began, in ms. */
  readonly staleAfterMs: number;
  /** How often the scheduler looks for what is due, and for what is stale, in ms. */
  readonly pollIntervalMs: number;
  readonly recoveryIntervalMs: number;
}
