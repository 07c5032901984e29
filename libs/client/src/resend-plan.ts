import type { DeliveryQuery } from './delivery.js';
import type { DeliveryStatus } from './vocabulary.js';

export type ResendPlanStatus = 'planning' | 'ready' | 'running' | 'paused' | 'done' | 'cancelled';

/** Why a delivery of a plan is not sent again. */
export type PlanObstacle = 'not_terminal' | 'content_purged' | 'expired' | 'already_resent' | 'no_recipients' | 'gone' | 'error';

/** Which deliveries are sent again, and how. At least one filter; without `status`, what has `failed` and dead letters. */
export interface ResendPlanRequest extends Omit<DeliveryQuery, 'status'> {
  readonly status?: Exclude<DeliveryStatus, 'queued'> | readonly Exclude<DeliveryStatus, 'queued'>[] | undefined;
  /** 1 to 1000; 50 unless given. */
  readonly rate_per_second?: number | undefined;
  /** The expiry of those that are past their own. */
  readonly expires_at?: string | null | undefined;
  /** Also what was sent again before. */
  readonly include_resent?: boolean | undefined;
}

type Counts<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** A frozen set of deliveries, and how far the run over it has come. */
export interface ResendPlan {
  readonly plan_id: string;
  readonly status: ResendPlanStatus;
  readonly end_reason: 'all_tried' | 'cancelled_by_operator' | 'too_many_deliveries' | null;
  readonly operator: string;
  readonly idempotency_key: string;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly include_resent: boolean;
  readonly rate_per_second: number;
  readonly expires_at: string | null;
  readonly created_at: string;
  readonly frozen_at: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** When the last one is sent again, at this rate; `null` while it does not run. */
  readonly eta_at: string | null;
  readonly total: number;
  readonly resendable: number;
  readonly not_resendable: Counts<PlanObstacle>;
  readonly resent: number;
  readonly failed: number;
  readonly failed_by_reason: Counts<PlanObstacle>;
  readonly pending: number;
  readonly counts: {
    readonly by_template: readonly { readonly template_id: string | null; readonly count: number }[];
    readonly by_age: readonly { readonly age: string; readonly count: number }[];
    readonly by_last_outcome: readonly { readonly outcome: string | null; readonly count: number }[];
  };
}
