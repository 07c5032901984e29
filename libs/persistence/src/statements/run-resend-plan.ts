import type { PlanObstacle } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';
import type { StoredTrace } from '../stored-trace.js';

/**
 * A plan that is run, held until the end of the transaction: one scheduler at a time, and no order of an operator meanwhile. Its trace is
 * that of the request that had it start, or go on.
 */
export interface HeldRun extends StoredTrace {
  readonly include_resent: boolean;
  /** For those that are past their own expiry; `null` where it has none, or it has passed. */
  readonly new_expires_at: Date | null;
  readonly rate_per_second: number;
  readonly from_email: string;
  readonly from_name: string | null;
  readonly run_to: string | null;
  readonly left: number;
  readonly failures: Readonly<Partial<Record<PlanObstacle, number>>>;
  /** Tokens in the bucket now: one for each resend. */
  readonly available: number;
  /** The moment at which they were counted, as text: a date of this language would cut the microseconds. */
  readonly counted_at: string;
}

// The plan $1, unless another scheduler is at it, or it does not run. The bucket fills at the plan's rate by the server's clock, for all
// schedulers together, and holds what one second brings. Served by resend_plans_active_idx.
const hold = statement<HeldRun>(
  'hold_running_resend_plan',
  ['resend_plans_active_idx'],
  `select include_resent, case when expires_at > now() then expires_at end as new_expires_at, rate_per_second, from_email, from_name,
    traceparent, tracestate, run_to,
    resendable - resent - failed as left, failures,
    least(rate_per_second, tokens + rate_per_second * greatest(0, extract(epoch from statement_timestamp() - refilled_at)::float8)) as available,
    greatest(statement_timestamp(), refilled_at)::text as counted_at
  from resend_plans where plan_id = $1 and status = 'running' for update skip locked`,
);

export async function holdRunning(client: Runner, planId: string): Promise<HeldRun | null> {
  return (await run(client, hold, [planId]))[0] ?? null;
}

export interface PendingItem {
  readonly delivery_id: string;
  /** Of its content, as text; 0 where the delivery is gone. */
  readonly bytes: number;
}

// The next up to $3 pending deliveries of the held plan $1 after $2, oldest first. Served by resend_plan_items_pkey, in its order.
const pending = statement<PendingItem>(
  'read_pending_resend_items',
  ['resend_plan_items_pkey', 'delivery_payloads_pkey'],
  `select i.delivery_id, coalesce(octet_length(p.content::text), 0) as bytes
  from resend_plan_items i left join delivery_payloads p on p.delivery_id = i.delivery_id
  where i.plan_id = $1::uuid and i.delivery_id > $2::uuid and i.status = 'pending' order by i.delivery_id limit $3`,
);

const LEAST_ID = '00000000-0000-0000-0000-000000000000';

export function readPendingItems(client: Runner, planId: string, after: string | null, limit: number): Promise<PendingItem[]> {
  return run(client, pending, [planId, after ?? LEAST_ID, limit]);
}

// Holds the deliveries $1, in the order of all who lock deliveries: of two plans that would send one again, the second sees what the first did.
const lockOriginals = statement(
  'lock_resend_originals',
  ['deliveries_pkey'],
  `select delivery_id from deliveries where delivery_id = any($1::uuid[]) order by delivery_id for no key update`,
);

export async function lockResendOriginals(client: Runner, ids: readonly string[]): Promise<void> {
  await run(client, lockOriginals, [ids]);
}

/** What became of one delivery of a plan: the resend that was made of it, or why none was. */
export type TriedItem = { readonly deliveryId: string } & (
  { readonly resentAs: string; readonly obstacle: null } | { readonly resentAs: null; readonly obstacle: PlanObstacle }
);

// Marks deliveries $2 of the held plan $1 with their resends ($3) or why there is none ($4). Returns a row for each that was pending.
const mark = statement<{ delivery_id: string }>(
  'mark_resend_items',
  ['resend_plan_items_pkey'],
  `update resend_plan_items i set status = case when tried.resent_as is null then 'failed' else 'resent' end,
    reason = tried.reason, resent_as = tried.resent_as
  from unnest($2::uuid[], $3::uuid[], $4::text[]) as tried(delivery_id, resent_as, reason)
  where i.plan_id = $1 and i.delivery_id = tried.delivery_id and i.status = 'pending' returning i.delivery_id`,
);

export async function markResendItems(client: Runner, planId: string, tried: readonly TriedItem[]): Promise<number> {
  const column = <T>(of: (item: TriedItem) => T): T[] => tried.map(of);
  const rows = await run(client, mark, [planId, column((i) => i.deliveryId), column((i) => i.resentAs), column((i) => i.obstacle)]);
  return rows.length;
}

export interface RunProgress {
  readonly runTo: string | null;
  readonly resent: number;
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly tokens: number;
  readonly countedAt: string;
  readonly done: boolean;
}

// How far the held plan $1 has come. Served by resend_plans_pkey.
const progress = statement(
  'advance_resend_plan',
  ['resend_plans_pkey'],
  `update resend_plans set run_to = $2::uuid, resent = resent + $3, failed = failed + $4, failures = $5::jsonb, tokens = $6, refilled_at = $7::timestamptz,
    status = case when $8::boolean then 'done' else status end,
    ended_at = case when $8 then date_trunc('milliseconds', clock_timestamp()) end,
    end_reason = case when $8 then 'all_tried' end
  where plan_id = $1`,
);

export async function advanceRun(client: Runner, planId: string, at: RunProgress): Promise<void> {
  const { runTo, resent, failed, failures, tokens, countedAt, done } = at;
  await run(client, progress, [planId, runTo, resent, failed, JSON.stringify(failures), tokens, countedAt, done]);
}
