import type { AcceptedWithin, FilterParameters, PlanObstacle, ResendCounts, ResendPlanEnd, ResendPlanStatus } from '@mail/domain';
import { pageBounds, type Page } from '../page.js';
import { run, statement, type Runner } from '../statement.js';
import { NO_TRACE, type StoredTrace } from '../stored-trace.js';

/** A plan as operators see it. */
export interface ResendPlan {
  readonly plan_id: string;
  readonly status: ResendPlanStatus;
  readonly end_reason: ResendPlanEnd | null;
  readonly operator: string;
  readonly idempotency_key: string;
  readonly filter: FilterParameters;
  readonly include_resent: boolean;
  readonly rate_per_second: number;
  readonly expires_at: Date | null;
  readonly created_at: Date;
  readonly frozen_at: Date | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly total: number;
  readonly resendable: number;
  readonly resent: number;
  readonly failed: number;
  /** Empty until the first deliveries are frozen. */
  readonly counts: Partial<ResendCounts>;
  /** Of those that failed. */
  readonly failures: Readonly<Partial<Record<PlanObstacle, number>>>;
  /** The server's clock, for what is yet to come. */
  readonly now: Date;
}

export interface NewResendPlan {
  readonly planId: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Buffer;
  readonly operator: string;
  readonly filter: FilterParameters;
  readonly includeResent: boolean;
  readonly ratePerSecond: number;
  readonly expiresAt: string | null;
  readonly from: { readonly email: string; readonly name: string | null };
}

// A new plan, unless its key is taken; of two at once, one waits for the other. Returns a row if it is new. Served by resend_plan_keyed_once.
const insert = statement<{ plan_id: string }>(
  'create_resend_plan',
  ['resend_plan_keyed_once'],
  `insert into resend_plans (plan_id, idempotency_key, fingerprint, operator, status, filter, include_resent, rate_per_second, expires_at,
    from_email, from_name, created_at)
  values ($1, $2, $3, $4, 'planning', $5::jsonb, $6, $7, $8::timestamptz, $9, $10, date_trunc('milliseconds', now()))
  on conflict (idempotency_key) do nothing returning plan_id`,
);

/** Whether it is new: else its key is that of another. */
export async function createResendPlan(client: Runner, plan: NewResendPlan): Promise<boolean> {
  const { planId, idempotencyKey, fingerprint, operator, filter, includeResent, ratePerSecond, expiresAt, from } = plan;
  const terms = [JSON.stringify(filter), includeResent, ratePerSecond, expiresAt];
  const rows = await run(client, insert, [planId, idempotencyKey, fingerprint, operator, ...terms, from.email, from.name]);
  return rows.length > 0;
}

// Served by resend_plan_keyed_once.
const byKey = statement<{ plan_id: string; fingerprint: Buffer }>(
  'read_resend_plan_key',
  ['resend_plan_keyed_once'],
  `select plan_id, fingerprint from resend_plans where idempotency_key = $1`,
);

/** The plan that was made under this key. */
export async function readResendPlanKey(runner: Runner, key: string): Promise<{ plan_id: string; fingerprint: Buffer } | null> {
  return (await run(runner, byKey, [key]))[0] ?? null;
}

// Served by resend_plans_pkey.
const byId = statement<ResendPlan>(
  'read_resend_plan',
  ['resend_plans_pkey'],
  `select plan_id, status, end_reason, operator, idempotency_key, filter, include_resent, rate_per_second, expires_at, created_at, frozen_at,
    started_at, ended_at, total, resendable, resent, failed, counts, failures, now() as now
  from resend_plans where plan_id = $1`,
);

export async function readResendPlan(runner: Runner, planId: string): Promise<ResendPlan | null> {
  return (await run(runner, byId, [planId]))[0] ?? null;
}

// Newest first; $1 to $4 as of every list. Served by resend_plans_listed_idx.
const list = statement<ResendPlan>(
  'list_resend_plans',
  ['resend_plans_listed_idx'],
  `select plan_id, status, end_reason, operator, idempotency_key, filter, include_resent, rate_per_second, expires_at, created_at, frozen_at,
    started_at, ended_at, total, resendable, resent, failed, counts, failures, now() as now
  from resend_plans
  where (created_at, plan_id) < ($1::timestamptz, $2::uuid) and created_at >= $3::timestamptz
  order by created_at desc, plan_id desc limit $4::int`,
);

/** One page of the plans. */
export function listResendPlans(runner: Runner, filter: AcceptedWithin, page: Page): Promise<ResendPlan[]> {
  return run(runner, list, pageBounds(page, filter));
}

// Holds the plan $1 until the end of the transaction: an order waits for the chunk that is under way. Served by resend_plans_pkey.
const lock = statement<{ status: ResendPlanStatus }>(
  'lock_resend_plan',
  ['resend_plans_pkey'],
  `select status from resend_plans where plan_id = $1 for update`,
);

export async function lockResendPlan(client: Runner, planId: string): Promise<ResendPlanStatus | null> {
  return (await run(client, lock, [planId]))[0]?.status ?? null;
}

// The held plan $1 becomes $2, by a request of the trace $3, $4. A run begins, or goes on, with an empty bucket. Served by resend_plans_pkey.
const become = statement(
  'set_resend_plan_status',
  ['resend_plans_pkey'],
  `update resend_plans set status = $2::text,
    started_at = case when $2 = 'running' then coalesce(started_at, date_trunc('milliseconds', now())) else started_at end,
    traceparent = case when $2 = 'running' then $3::text else traceparent end,
    tracestate = case when $2 = 'running' then $4::text else tracestate end,
    tokens = 0, refilled_at = now(),
    ended_at = case when $2 = 'cancelled' then date_trunc('milliseconds', now()) end,
    end_reason = case when $2 = 'cancelled' then 'cancelled_by_operator' end
  where plan_id = $1`,
);

export async function setResendPlanStatus(
  client: Runner,
  planId: string,
  status: 'running' | 'paused' | 'cancelled',
  { traceparent, tracestate }: StoredTrace = NO_TRACE,
): Promise<void> {
  await run(client, become, [planId, status, traceparent, tracestate]);
}

// What there is to do for the schedulers, oldest first: few plans at a time. Served by resend_plans_active_idx.
const active = statement<{ plan_id: string; status: 'planning' | 'running' }>(
  'find_active_resend_plans',
  ['resend_plans_active_idx'],
  `select plan_id, status from resend_plans where status in ('planning', 'running') order by plan_id limit 100`,
);

export function findActiveResendPlans(runner: Runner): Promise<{ plan_id: string; status: 'planning' | 'running' }[]> {
  return run(runner, active, []);
}
