import { run, statement, type Runner } from '../statement.js';

// Puts off those of the first $1 claimed attempts of whose delivery another transaction holds a row: they are scheduled again, due in $2 ms,
// and no attempt is burnt. What would be sent of them could not be recorded. It waits for no row, and locks those that are free for no longer
// than the statement takes. Returns how many. Served by attempts_claimed_idx, deliveries_pkey, attempts_pkey.
const putOff = statement<{ count: number }>(
  'put_off_held_claims',
  ['attempts_claimed_idx', 'deliveries_pkey', 'attempts_pkey'],
  `with claimed as materialized (
    select attempt_id, delivery_id from attempts where status = 'claimed' order by lane, scheduled_at limit $1
  ),
  free as materialized (
    select delivery_id from deliveries
    where delivery_id = any(array(select delivery_id from claimed)) order by delivery_id for no key update skip locked
  ),
  recipients as materialized (
    select r.delivery_id, r.position from delivery_recipients r
    where r.delivery_id = any(array(select delivery_id from free)) for no key update skip locked
  ),
  secrets as materialized (
    select p.delivery_id from delivery_payloads p
    where p.delivery_id = any(array(select delivery_id from free)) and p.secret_variables is not null for no key update skip locked
  ),
  keys as materialized (
    select k.scope, k.idempotency_key from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from free)) and k.secret_hash is not null
    order by k.scope, k.idempotency_key for no key update skip locked
  ),
  held as materialized (
    select delivery_id from claimed where (delivery_id in (select delivery_id from free)) is not true
    union all
    select r.delivery_id from delivery_recipients r
    where r.delivery_id = any(array(select delivery_id from free))
      and ((r.delivery_id, r.position) in (select delivery_id, position from recipients)) is not true
    union all
    select p.delivery_id from delivery_payloads p
    where p.delivery_id = any(array(select delivery_id from free)) and p.secret_variables is not null
      and (p.delivery_id in (select delivery_id from secrets)) is not true
    union all
    select k.delivery_id from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from free)) and k.secret_hash is not null
      and ((k.scope, k.idempotency_key) in (select scope, idempotency_key from keys)) is not true
  ),
  put_off as (
    update attempts set status = 'scheduled', claimed_at = null, worker_id = null, token = null,
      scheduled_at = date_trunc('milliseconds', now()) + $2::bigint * interval '1 millisecond'
    where ctid = any(array(
        select ctid from attempts where attempt_id = any(array(select attempt_id from claimed where (delivery_id in (select delivery_id from held)) is true))
          and status || '' = 'claimed' for update skip locked
      )) and status || '' = 'claimed'
    returning 1
  ) select count(*)::int as count from put_off`,
);

export async function putOffHeldClaims(runner: Runner, limit: number, delayMs: number): Promise<number> {
  return (await run(runner, putOff, [limit, delayMs]))[0]?.count ?? 0;
}
