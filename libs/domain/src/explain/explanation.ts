import type { AttemptOutcome } from '../attempt.js';
import type { DeliveryStatus, RecipientOutcome } from '../delivery.js';
import type { ExplainFacts } from './explain-facts.js';

/** Where a delivery can be, told apart as finely as what one can do about it. */
export const SITUATIONS = [
  'not_due_yet',
  'waiting_to_retry',
  'not_begun',
  'due',
  'claimed',
  'in_progress',
  'lost_in_progress',
  'past_its_expiry',
  'stuck',
  'sent',
  'sent_in_part',
  'refused',
  'not_renderable',
  'given_up',
  'held',
  'perhaps_sent',
  'expired',
  'superseded',
  'cancelled',
  'suppressed',
] as const;
export type Situation = (typeof SITUATIONS)[number];

export const EXPLAINED_ACTIONS = ['cancel', 'resend', 'check_scheduler', 'check_workers', 'check_provider', 'report_defect'] as const;

/** One thing that an operator can do; or, with `why_not`, one that cannot be done now. */
export interface ExplainedAction {
  readonly action: (typeof EXPLAINED_ACTIONS)[number];
  readonly how: string;
  readonly why_not: string | null;
}

/** What happens next. `at`: RFC 3339, or `null` where that is not known. */
export interface ExplainedStep {
  readonly what: string;
  readonly at: string | null;
}

/** What depends on the situation alone. */
export interface ToldSituation {
  readonly situation: Situation;
  /** One sentence, or two. */
  readonly summary: string;
  readonly waits_for: string | null;
  /** Which rule decided. */
  readonly rule: string;
  /** `null`: it has ended. */
  readonly next: ExplainedStep | null;
  /** What to look at where something does not go on as it should. */
  readonly check?: Exclude<ExplainedAction['action'], 'cancel' | 'resend'>;
}

/** Why a delivery is where it is, in words: the same in API, command line and console. */
export interface Explanation extends Omit<ToldSituation, 'check'> {
  readonly delivery_id: string;
  readonly status: DeliveryStatus | 'sending';
  readonly ended: boolean;
  readonly actions: readonly ExplainedAction[];
  /** What the words stand on, for programs. */
  readonly facts: {
    readonly attempts_made: number;
    readonly attempts_at_most: number;
    /** Of the last attempt that was made and has ended. */
    readonly last_outcome: AttemptOutcome | null;
    readonly last_reply: string | null;
    /** How many recipients have each outcome. */
    readonly recipients: Partial<Record<RecipientOutcome, number>>;
    /** `null` where it is not due. */
    readonly due_ahead: ExplainFacts['due_ahead'] | null;
  };
}
