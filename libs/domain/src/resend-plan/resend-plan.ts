import type { DeliveryEnd } from '../delivery.js';

/** The vocabulary of bulk resends: a plan is a frozen set of deliveries, and a run that sends each of them again once. */

export const RESEND_PLAN_STATUSES = ['planning', 'ready', 'running', 'paused', 'done', 'cancelled'] as const;
export type ResendPlanStatus = (typeof RESEND_PLAN_STATUSES)[number];

/** What ended a plan; `resend_plans.end_reason`. */
export type ResendPlanEnd = 'all_tried' | 'cancelled_by_operator' | 'too_many_deliveries';

/** Why a delivery of a plan is not sent again: found when the set was frozen, or when its turn came. */
export const PLAN_OBSTACLES = ['not_terminal', 'content_purged', 'expired', 'already_resent', 'no_recipients', 'gone', 'error'] as const;
export type PlanObstacle = (typeof PLAN_OBSTACLES)[number];

/** What a plan takes where no status is named: what the service has given up. */
export const RESENT_BY_DEFAULT: readonly DeliveryEnd[] = ['failed', 'dead_letter'];

/** Past it a plan is refused: one that large is a mistake, or several plans. */
export const MAX_PLAN_DELIVERIES = 1_000_000;

export const DEFAULT_RATE_PER_SECOND = 50;
export const MAX_RATE_PER_SECOND = 1000;

/** Keys of a plan's resends are their own world: one resend for each delivery, whose id is the key. */
export function resendPlanScope(planId: string): string {
  return `resend-plan:${planId}`;
}
