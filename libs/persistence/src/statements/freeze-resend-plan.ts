import type { AttemptOutcome, DeliveryStatus, FilterParameters, PlanObstacle, ResendCounts } from '@mail/domain';
import type { Place } from '../page.js';
import { run, statement, type Runner } from '../statement.js';

/** A plan whose set is being frozen, held until the end of the transaction. */
export interface HeldPlanning {
  readonly filter: FilterParameters;
  readonly include_resent: boolean;
  /** Whether it has an expiry for those past theirs, and that is still to come, by the server's clock. */
  readonly new_expiry: boolean;
  readonly created_at: Date;
  readonly planned_to_at: Date | null;
  readonly planned_to_id: string | null;
  readonly total: number;
  readonly resendable: number;
  readonly counts: Partial<ResendCounts>;
}

// The plan $1, unless another scheduler is at it, or it is frozen already. Served by resend_plans_active_idx.
const hold = statement<HeldPlanning>(
  'hold_planning_resend_plan',
  ['resend_plans_active_idx'],
  `select filter, include_resent, coalesce(expires_at > now(), false) as new_expiry, created_at, planned_to_at, planned_to_id, total, resendable, counts
  from resend_plans where plan_id = $1 and status = 'planning' for update skip locked`,
);

export async function holdPlanning(client: Runner, planId: string): Promise<HeldPlanning | null> {
  return (await run(client, hold, [planId]))[0] ?? null;
}

/** What decides whether a delivery can be sent again, and what it is counted by. */
export interface ResendFactsRow {
  readonly delivery_id: string;
  readonly status: DeliveryStatus;
  readonly template_id: string | null;
  readonly created_at: Date;
  readonly is_expired: boolean;
  readonly is_purged: boolean;
  readonly is_resent: boolean;
  readonly has_recipients: boolean;
  readonly last_outcome: AttemptOutcome | null;
}

// Of the deliveries $1 that have one of the ends $2. All else of each is looked up by its key. Served by deliveries_pkey and deliveries_resend_idx.
const facts = statement<ResendFactsRow>(
  'read_resend_facts',
  ['deliveries_pkey', 'deliveries_resend_idx', 'delivery_payloads_pkey'],
  `select d.delivery_id, d.status, d.template_id, d.created_at, coalesce(d.expires_at <= now(), false) as is_expired,
    p.content_purged_at is not null as is_purged,
    (select true from deliveries r where r.resend_of = d.delivery_id limit 1) is true as is_resent,
    (select true from delivery_recipients r where r.delivery_id = d.delivery_id and (d.status = 'sent' or r.outcome <> 'accepted') limit 1) is true
      as has_recipients,
    (select a.outcome from attempts a where a.delivery_id = d.delivery_id and a.status = 'ended' order by a.number desc limit 1) as last_outcome
  from deliveries d join delivery_payloads p on p.delivery_id = d.delivery_id
  where d.delivery_id = any($1::uuid[]) and d.status = any($2::text[])`,
);

export function readResendFacts(client: Runner, ids: readonly string[], statuses: readonly DeliveryStatus[]): Promise<ResendFactsRow[]> {
  return run(client, facts, [ids, statuses]);
}

// Freezes deliveries $2 of the held plan $1, each with why it is left out ($3), or to be sent.
const insertItems = statement(
  'freeze_resend_items',
  [],
  `insert into resend_plan_items (plan_id, delivery_id, status, reason)
  select $1, delivery_id, case when reason is null then 'pending' else 'not_resendable' end, reason
  from unnest($2::uuid[], $3::text[]) as item(delivery_id, reason)`,
);

export async function freezeItems(
  client: Runner,
  planId: string,
  items: readonly { readonly deliveryId: string; readonly obstacle: PlanObstacle | null }[],
): Promise<void> {
  await run(client, insertItems, [planId, items.map(({ deliveryId }) => deliveryId), items.map(({ obstacle }) => obstacle)]);
}

export interface FreezeProgress {
  readonly plannedTo: Place | null;
  readonly total: number;
  readonly resendable: number;
  readonly counts: ResendCounts;
  /** `more`: not yet at the end of its list. */
  readonly next: 'more' | 'ready' | 'too_many';
}

// How far the held plan $1 is frozen. Served by resend_plans_pkey.
const progress = statement(
  'advance_planning',
  ['resend_plans_pkey'],
  `update resend_plans set planned_to_at = $2::timestamptz, planned_to_id = $3::uuid, total = $4, resendable = $5, counts = $6::jsonb,
    status = case $7::text when 'ready' then 'ready' when 'too_many' then 'cancelled' else 'planning' end,
    frozen_at = case when $7 = 'ready' then date_trunc('milliseconds', clock_timestamp()) end,
    ended_at = case when $7 = 'too_many' then date_trunc('milliseconds', clock_timestamp()) end,
    end_reason = case when $7 = 'too_many' then 'too_many_deliveries' end
  where plan_id = $1`,
);

export async function advancePlanning(client: Runner, planId: string, at: FreezeProgress): Promise<void> {
  const { plannedTo, total, resendable, counts, next } = at;
  await run(client, progress, [planId, plannedTo?.at ?? null, plannedTo?.id ?? null, total, resendable, JSON.stringify(counts), next]);
}
