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

// Holds the next up to $3 pending deliveries of the held plan $1 after $2, oldest first, with their items, in the order of all who lock
// deliveries: of two plans that would send one again, the second sees what the first did. One that another transaction holds is passed over,
// and stays pending; one that is gone is told as well. Served by resend_plan_items_pkey, in its order, and deliveries_pkey.
const pending = statement<{ delivery_id: string }>(
  'hold_pending_resend_items',
  ['resend_plan_items_pkey', 'deliveries_pkey'],
  `select i.delivery_id from resend_plan_items i
  where i.plan_id = $1::uuid and i.delivery_id > $2::uuid and i.status = 'pending'
    and case when exists (select from deliveries d where d.delivery_id = i.delivery_id)
      then exists (select from deliveries d where d.delivery_id = i.delivery_id for no key update skip locked) else true end
  order by i.delivery_id limit $3 for no key update of i skip locked`,
);

const LEAST_ID = '00000000-0000-0000-0000-000000000000';

export async function holdPendingItems(client: Runner, planId: string, after: string | null, limit: number): Promise<string[]> {
  return (await run(client, pending, [planId, after ?? LEAST_ID, limit])).map(({ delivery_id }) => delivery_id);
}

// How many bytes the contents of the deliveries $1 are, as text. Served by delivery_payloads_pkey.
const sizes = statement<{ delivery_id: string; bytes: number }>(
  'read_resend_sizes',
  ['delivery_payloads_pkey'],
  `select delivery_id, octet_length(content::text) as bytes from delivery_payloads where delivery_id = any($1::uuid[])`,
);

/** By delivery; those that are gone are not in it. */
export async function readResendSizes(client: Runner, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  return new Map((await run(client, sizes, [ids])).map(({ delivery_id, bytes }) => [delivery_id, bytes]));
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
  /** The deliveries that were tried. */
  readonly tried: readonly string[];
  readonly resent: number;
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly tokens: number;
  readonly countedAt: string;
  readonly done: boolean;
}

// How far the held plan $1 has come: to the last of those tried ($2) before which none is pending. Served by resend_plans_pkey, resend_plan_items_pkey.
const progress = statement(
  'advance_resend_plan',
  ['resend_plans_pkey', 'resend_plan_items_pkey'],
  `update resend_plans set run_to = coalesce((
      select id from unnest($2::uuid[]) as tried(id)
      where id < coalesce((
        select i.delivery_id from resend_plan_items i
        where i.plan_id = $1 and i.delivery_id > coalesce(resend_plans.run_to, '${LEAST_ID}'::uuid) and i.status = 'pending'
        order by i.delivery_id limit 1
      ), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
      order by id desc limit 1
    ), run_to), resent = resent + $3, failed = failed + $4, failures = $5::jsonb, tokens = $6, refilled_at = $7::timestamptz,
    status = case when $8::boolean then 'done' else status end,
    ended_at = case when $8 then date_trunc('milliseconds', clock_timestamp()) end,
    end_reason = case when $8 then 'all_tried' end
  where plan_id = $1`,
);

export async function advanceRun(client: Runner, planId: string, at: RunProgress): Promise<void> {
  const { tried, resent, failed, failures, tokens, countedAt, done } = at;
  await run(client, progress, [planId, tried, resent, failed, JSON.stringify(failures), tokens, countedAt, done]);
}
