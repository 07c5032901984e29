import { run, statement, type Runner } from '../statement.js';

// Each deletes one chunk of up to $2 rows that are older than $1 ms by the server's clock, and returns how many; small, so that no lock is held long.

// Only what has ended; recipients, tags, payloads, attempts and dead letters go along. Served by deliveries_ended_idx. Counts what it
// deletes by where that came from, since the streams' counters go on counting it.
const deliveries = statement<{ count: number }>(
  'delete_ended_deliveries',
  ['deliveries_ended_idx', 'deleted_deliveries_pkey'],
  `with gone as (
    delete from deliveries where ctid = any(array(
      select ctid from deliveries where ended_at < now() - $1::bigint * interval '1 millisecond' order by ended_at limit $2 for update skip locked
    )) and ended_at is not null returning stream, stream_incarnation, created_at
  ),
  counted as (
    insert into deleted_deliveries (stream, incarnation, deleted, newest_created_at)
    select coalesce(stream, '') as stream, coalesce(stream_incarnation, 0) as incarnation, count(*), max(created_at)
    from gone group by 1, 2 order by 1, 2
    on conflict (stream, incarnation) do update set deleted = deleted_deliveries.deleted + excluded.deleted,
      newest_created_at = greatest(deleted_deliveries.newest_created_at, excluded.newest_created_at)
  ) select count(*)::int as count from gone`,
);

// Served by malformed_commands_listed_idx.
const malformed = statement<{ count: number }>(
  'delete_malformed_commands',
  ['malformed_commands_listed_idx'],
  `with gone as (
    delete from malformed_commands where ctid = any(array(
      select ctid from malformed_commands where created_at < now() - $1::bigint * interval '1 millisecond' order by created_at limit $2 for update skip locked
    )) returning 1
  ) select count(*)::int as count from gone`,
);

// Keys past their own time whose delivery has ended, or is gone. Served by idempotency_keys_expiring_idx.
const keys = statement<{ count: number }>(
  'delete_expired_keys',
  ['idempotency_keys_expiring_idx'],
  `with gone as (
    delete from idempotency_keys where ctid = any(array(
      select k.ctid from idempotency_keys k where k.expires_at < now() - $1::bigint * interval '1 millisecond'
        and coalesce((select d.status from deliveries d where d.delivery_id = k.delivery_id), 'gone') <> 'queued'
      order by k.expires_at limit $2 for update of k skip locked
    )) and expires_at < now() returning 1
  ) select count(*)::int as count from gone`,
);

// What plans that are over had frozen. Served by resend_plans_ended_idx and resend_plan_items_pkey.
const planItems = statement<{ count: number }>(
  'delete_resend_plan_items',
  ['resend_plans_ended_idx', 'resend_plan_items_pkey'],
  `with gone as (
    delete from resend_plan_items where ctid = any(array(
      select i.ctid from (
        select plan_id from resend_plans where ended_at < now() - $1::bigint * interval '1 millisecond' order by ended_at
      ) as p join resend_plan_items i on i.plan_id = p.plan_id
      limit $2 for update of i skip locked
    )) returning 1
  ) select count(*)::int as count from gone`,
);

// Plans that are over, once nothing of their sets is left. Served by resend_plans_ended_idx.
const plans = statement<{ count: number }>(
  'delete_resend_plans',
  ['resend_plans_ended_idx', 'resend_plan_items_pkey'],
  `with gone as (
    delete from resend_plans where ctid = any(array(
      select p.ctid from resend_plans p where p.ended_at < now() - $1::bigint * interval '1 millisecond'
        and (select true from resend_plan_items i where i.plan_id = p.plan_id limit 1) is null
      order by p.ended_at limit $2 for update skip locked
    )) returning 1
  ) select count(*)::int as count from gone`,
);

export type Sweep = (runner: Runner, olderThanMs: number, limit: number) => Promise<number>;

const sweep =
  (chunk: typeof deliveries): Sweep =>
  async (runner, olderThanMs, limit) =>
    (await run(runner, chunk, [olderThanMs, limit]))[0]?.count ?? 0;

export const deleteEndedDeliveries = sweep(deliveries);
export const deleteMalformedCommands = sweep(malformed);
/** Before `deleteResendPlans`, which deletes those alone of which no item is left. */
export const deleteResendPlanItems = sweep(planItems);
export const deleteResendPlans = sweep(plans);
/** Keys carry the time until which they are remembered, so that `olderThanMs` is 0 here. */
export const deleteExpiredKeys = sweep(keys);
