import type { AttemptOutcome, RecipientOutcome, ShownStatus } from './vocabulary.js';

export type Situation =
  | 'not_due_yet'
  | 'waiting_to_retry'
  | 'not_begun'
  | 'due'
  | 'claimed'
  | 'in_progress'
  | 'lost_in_progress'
  | 'past_its_expiry'
  | 'stuck'
  | 'sent'
  | 'sent_in_part'
  | 'refused'
  | 'not_renderable'
  | 'given_up'
  | 'held'
  | 'perhaps_sent'
  | 'expired'
  | 'superseded'
  | 'cancelled'
  | 'suppressed';

export interface ExplainedAction {
  readonly action: 'cancel' | 'resend' | 'check_scheduler' | 'check_workers' | 'check_provider' | 'report_defect';
  readonly how: string;
  /** Why it cannot be done now. */
  readonly why_not: string | null;
}

/** Why a delivery is where it is. Programs go by `situation` and `facts`; the sentences may change. */
export interface Explanation {
  readonly delivery_id: string;
  readonly status: ShownStatus;
  readonly ended: boolean;
  readonly situation: Situation;
  readonly summary: string;
  readonly waits_for: string | null;
  readonly rule: string;
  readonly next: { readonly what: string; readonly at: string | null } | null;
  readonly actions: readonly ExplainedAction[];
  readonly facts: {
    readonly attempts_made: number;
    readonly attempts_at_most: number;
    readonly last_outcome: AttemptOutcome | null;
    readonly last_reply: string | null;
    readonly recipients: Readonly<Partial<Record<RecipientOutcome, number>>>;
    readonly due_ahead: { readonly count: number; readonly capped: boolean } | null;
  };
  readonly explained_at: string;
  readonly resend_of: string | null;
  readonly resent_as: readonly string[];
}
