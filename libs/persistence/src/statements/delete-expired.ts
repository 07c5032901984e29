import { isLockedError } from '../classify-database-error.js';
import { run, statement, type Runner } from '../statement.js';

/** A row whose window has passed. */
export interface Outdated {
  /** Of the delivery, of the record, or of the plan. */
  readonly id: string;
  /** Its physical place, by which it is deleted: what has moved since was changed, and is left to the next pass. */
  readonly place: string;
  /** Where it stands in the order of its kind. */
  readonly order_1: string;
  readonly order_2: string;
}

// Of each kind two statements. The first finds up to $2 rows that are older than $1 ms by the server's clock, after ($3, $4) in the order of
// their age, and locks nothing. The second deletes those at the places $2, if they are still older than $1 ms, but for those that another
// transaction holds; few at a time, so that no lock is held long.

// Only what has ended. Served by deliveries_ended_idx.
const findDeliveries = statement<Outdated>(
  'find_ended_deliveries',
  ['deliveries_ended_idx'],
  `select delivery_id as id, ctid::text as place, ended_at::text as order_1, delivery_id::text as order_2 from deliveries
  where ended_at < now() - $1::bigint * interval '1 millisecond' and ended_at >= $3::timestamptz and (ended_at, delivery_id) > ($3::timestamptz, $4::uuid)
  order by ended_at, delivery_id limit $2`,
);
// Recipients, tags, payloads, attempts and dead letters go along. Counts what it deletes by where that came from, since the streams'
// counters go on counting it.
const deleteDeliveriesThat = (further: string): string => `with gone as (
    delete from deliveries where ctid = any(array(
      select ctid from deliveries d where ctid = any($2::tid[]) and ended_at < now() - $1::bigint * interval '1 millisecond'${further}
      for update skip locked
    )) and ended_at is not null returning stream, stream_incarnation, created_at
  ),
  counted as (
    insert into deleted_deliveries (stream, incarnation, deleted, newest_created_at)
    select coalesce(stream, '') as stream, coalesce(stream_incarnation, 0) as incarnation, count(*), max(created_at)
    from gone group by 1, 2 order by 1, 2
    on conflict (stream, incarnation) do update set deleted = deleted_deliveries.deleted + excluded.deleted,
      newest_created_at = greatest(deleted_deliveries.newest_created_at, excluded.newest_created_at)
  ) select count(*)::int as count from gone`;
const deleteDeliveries = statement<{ count: number }>('delete_ended_deliveries', ['deleted_deliveries_pkey'], deleteDeliveriesThat(''));

// The same where a row that would go along is held by another transaction: without the deliveries that it belongs to.
const NOT_HELD = ['attempts', 'delivery_recipients', 'delivery_tags', 'delivery_payloads', 'dead_letters']
  .map(
    (table) => `
        and (select count(*) from (select from ${table} c where c.delivery_id = d.delivery_id for update skip locked) as free)
          = (select count(*) from ${table} c where c.delivery_id = d.delivery_id)`,
  )
  .join('');
const deleteDeliveriesNotHeld = statement<{ count: number }>(
  'delete_ended_deliveries_not_held',
  ['deleted_deliveries_pkey', 'attempt_numbered_once', 'delivery_recipients_pkey', 'delivery_payloads_pkey', 'dead_letters_pkey'],
  deleteDeliveriesThat(NOT_HELD),
);

// Served by malformed_commands_listed_idx.
const findMalformed = statement<Outdated>(
  'find_old_malformed_commands',
  ['malformed_commands_listed_idx'],
  `select malformed_id as id, ctid::text as place, created_at::text as order_1, malformed_id::text as order_2 from malformed_commands
  where created_at < now() - $1::bigint * interval '1 millisecond' and (created_at, malformed_id) > ($3::timestamptz, $4::uuid)
  order by created_at, malformed_id limit $2`,
);
const deleteMalformed = statement<{ count: number }>(
  'delete_malformed_commands',
  [],
  `with gone as (
    delete from malformed_commands where ctid = any(array(
      select ctid from malformed_commands where ctid = any($2::tid[]) and created_at < now() - $1::bigint * interval '1 millisecond' for update skip locked
    )) returning 1
  ) select count(*)::int as count from gone`,
);

// Served by operator_actions_created_idx.
const findActions = statement<Outdated>(
  'find_old_operator_actions',
  ['operator_actions_created_idx'],
  `select action_id as id, ctid::text as place, created_at::text as order_1, action_id::text as order_2 from operator_actions
  where created_at < now() - $1::bigint * interval '1 millisecond' and (created_at, action_id) > ($3::timestamptz, $4::uuid)
  order by created_at, action_id limit $2`,
);
const deleteActions = statement<{ count: number }>(
  'delete_operator_actions',
  [],
  `with gone as (
    delete from operator_actions where ctid = any(array(
      select ctid from operator_actions where ctid = any($2::tid[]) and created_at < now() - $1::bigint * interval '1 millisecond' for update skip locked
    )) returning 1
  ) select count(*)::int as count from gone`,
);

// Keys past their own time whose delivery has ended, or is gone; those that are kept do not hide the rest. Served by idempotency_keys_expiring_idx.
const findKeys = statement<Outdated>(
  'find_expired_keys',
  ['idempotency_keys_expiring_idx'],
  `select k.delivery_id as id, k.ctid::text as place, k.expires_at::text as order_1, k.ctid::text as order_2 from idempotency_keys k
  where k.expires_at < now() - $1::bigint * interval '1 millisecond' and k.expires_at >= $3::timestamptz and (k.expires_at, k.ctid) > ($3::timestamptz, $4::tid)
    and coalesce((select d.status from deliveries d where d.delivery_id = k.delivery_id), 'gone') <> 'queued'
  order by k.expires_at, k.ctid limit $2`,
);
const deleteKeys = statement<{ count: number }>(
  'delete_expired_keys',
  ['deliveries_pkey'],
  `with gone as (
    delete from idempotency_keys where ctid = any(array(
      select k.ctid from idempotency_keys k where k.ctid = any($2::tid[]) and k.expires_at < now() - $1::bigint * interval '1 millisecond'
        and coalesce((select d.status from deliveries d where d.delivery_id = k.delivery_id), 'gone') <> 'queued'
      for update of k skip locked
    )) and expires_at < now() returning 1
  ) select count(*)::int as count from gone`,
);

// What plans that are over had frozen. Served by resend_plans_ended_idx and resend_plan_items_pkey.
const findPlanItems = statement<Outdated>(
  'find_old_resend_plan_items',
  ['resend_plans_ended_idx', 'resend_plan_items_pkey'],
  `with over as materialized (
    select plan_id from resend_plans where ended_at < now() - $1::bigint * interval '1 millisecond' and plan_id >= $3::uuid order by plan_id
  )
  select i.delivery_id as id, i.ctid::text as place, i.plan_id::text as order_1, i.delivery_id::text as order_2
  from over join resend_plan_items i on i.plan_id = over.plan_id
  where (i.plan_id, i.delivery_id) > ($3::uuid, $4::uuid)
  limit $2`,
);
const deletePlanItems = statement<{ count: number }>(
  'delete_resend_plan_items',
  ['resend_plans_pkey'],
  `with gone as (
    delete from resend_plan_items where ctid = any(array(
      select i.ctid from resend_plan_items i where i.ctid = any($2::tid[])
        and (select p.ended_at from resend_plans p where p.plan_id = i.plan_id) < now() - $1::bigint * interval '1 millisecond'
      for update of i skip locked
    )) returning 1
  ) select count(*)::int as count from gone`,
);

// Plans that are over, once nothing of their sets is left. Served by resend_plans_ended_idx.
const findPlans = statement<Outdated>(
  'find_old_resend_plans',
  ['resend_plans_ended_idx', 'resend_plan_items_pkey'],
  `select p.plan_id as id, p.ctid::text as place, p.ended_at::text as order_1, p.plan_id::text as order_2 from resend_plans p
  where p.ended_at < now() - $1::bigint * interval '1 millisecond' and p.ended_at >= $3::timestamptz and (p.ended_at, p.plan_id) > ($3::timestamptz, $4::uuid)
    and (select true from resend_plan_items i where i.plan_id = p.plan_id limit 1) is null
  order by p.ended_at, p.plan_id limit $2`,
);
const deletePlans = statement<{ count: number }>(
  'delete_resend_plans',
  ['resend_plan_items_pkey'],
  `with gone as (
    delete from resend_plans where ctid = any(array(
      select p.ctid from resend_plans p where p.ctid = any($2::tid[]) and p.ended_at < now() - $1::bigint * interval '1 millisecond'
        and (select true from resend_plan_items i where i.plan_id = p.plan_id limit 1) is null
      for update of p skip locked
    )) returning 1
  ) select count(*)::int as count from gone`,
);

/** How the rows of one kind are deleted, once they are older than so many ms. */
export interface Sweep {
  /** The next page of them after `after`, the oldest first. */
  find(runner: Runner, olderThanMs: number, limit: number, after?: Outdated): Promise<Outdated[]>;
  /** Deletes these, but for those that another transaction holds or has changed. Returns how many. */
  remove(runner: Runner, rows: readonly Outdated[], olderThanMs: number): Promise<number>;
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** `notHeld`: how rows are deleted to which others belong, where another transaction holds some of these. */
const sweep = (
  find: typeof findDeliveries,
  remove: typeof deleteDeliveries,
  first: readonly [string, string],
  notHeld?: typeof deleteDeliveries,
): Sweep => ({
  find: (runner, olderThanMs, limit, after) =>
    run(runner, find, [olderThanMs, limit, after?.order_1 ?? first[0], after?.order_2 ?? first[1]]),
  async remove(runner, rows, olderThanMs) {
    const values = [olderThanMs, rows.map(({ place }) => place)];
    try {
      return (await run(runner, remove, values))[0]?.count ?? 0;
    } catch (error) {
      if (notHeld === undefined || !isLockedError(error)) throw error;
      return (await run(runner, notHeld, values))[0]?.count ?? 0;
    }
  },
});

export const sweepEndedDeliveries = sweep(findDeliveries, deleteDeliveries, ['-infinity', FIRST_ID], deleteDeliveriesNotHeld);
export const sweepMalformedCommands = sweep(findMalformed, deleteMalformed, ['-infinity', FIRST_ID]);
export const sweepOperatorActions = sweep(findActions, deleteActions, ['-infinity', FIRST_ID]);
/** Before `sweepResendPlans`, which deletes those alone of which no item is left. */
export const sweepResendPlanItems = sweep(findPlanItems, deletePlanItems, [FIRST_ID, FIRST_ID]);
export const sweepResendPlans = sweep(findPlans, deletePlans, ['-infinity', FIRST_ID]);
/** Keys carry the time until which they are remembered, so that `olderThanMs` is 0 here. */
export const sweepExpiredKeys = sweep(findKeys, deleteKeys, ['-infinity', '(0,0)']);
