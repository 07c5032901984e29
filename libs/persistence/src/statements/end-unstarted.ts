import type { DeliveryEnd } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** `uncertain` where a mail may be out to somebody, whatever was asked for. */
export interface Ended {
  readonly delivery_id: string;
  readonly status: DeliveryEnd;
}

export interface EndedUnstarted {
  readonly ended: readonly Ended[];
  /** Queued and unstarted, but another transaction held a row of theirs, or has changed it meanwhile: nothing was done with them. */
  readonly held: readonly string[];
}

// Ends the deliveries $1 as $2 for the reason $3, where their attempt has not started, or there is none; one in progress is left to its settlement.
// One with an uncertain recipient ends as uncertain, since its mail may be out. Secrets go with the end. Returns the ended, and (without
// a status) those that were held. It waits for no row: what it would change of a delivery is locked first, the deliveries before all
// else, as everywhere, and a delivery of which another holds anything is left as it is, so that it costs the others nothing.
// Served by attempts_one_live_idx, attempts_pkey; a concurrent take wins or loses on the attempt's row.
const endDeliveries = statement<{ delivery_id: string; status: DeliveryEnd | null }>(
  'end_unstarted',
  ['attempts_one_live_idx', 'attempts_pkey'],
  `with locked as materialized (
    select delivery_id from deliveries where delivery_id = any($1::uuid[]) and status = 'queued' order by delivery_id for no key update skip locked
  ),
  unstarted as materialized (
    select a.attempt_id, a.delivery_id from attempts a
    where a.delivery_id = any(array(select delivery_id from locked)) and a.status in ('scheduled', 'claimed') for no key update skip locked
  ),
  reached as materialized (
    select delivery_id from unstarted
    union all
    select delivery_id from locked l where (select true from attempts a where a.delivery_id = l.delivery_id and a.status <> 'ended' limit 1) is not true
  ),
  pending as materialized (
    select r.delivery_id, r.position from delivery_recipients r
    where r.delivery_id = any(array(select delivery_id from reached)) and r.outcome = 'pending' for no key update skip locked
  ),
  secrets as materialized (
    select p.delivery_id from delivery_payloads p
    where p.delivery_id = any(array(select delivery_id from reached)) and p.secret_variables is not null for no key update skip locked
  ),
  secret_keys as materialized (
    select k.scope, k.idempotency_key from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from reached)) and k.secret_hash is not null
    order by k.scope, k.idempotency_key for no key update skip locked
  ),
  held as materialized (
    select r.delivery_id from delivery_recipients r
    where r.delivery_id = any(array(select delivery_id from reached)) and r.outcome = 'pending'
      and ((r.delivery_id, r.position) in (select delivery_id, position from pending)) is not true
    union all
    select p.delivery_id from delivery_payloads p
    where p.delivery_id = any(array(select delivery_id from reached)) and p.secret_variables is not null
      and (p.delivery_id in (select delivery_id from secrets)) is not true
    union all
    select k.delivery_id from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from reached)) and k.secret_hash is not null
      and ((k.scope, k.idempotency_key) in (select scope, idempotency_key from secret_keys)) is not true
  ),
  stopped as (
    update attempts a set status = 'ended', outcome = 'cancelled', finished_at = date_trunc('milliseconds', now())
    where a.attempt_id = any(array(select attempt_id from unstarted where (delivery_id in (select delivery_id from held)) is not true))
      and a.status in ('scheduled', 'claimed')
    returning a.delivery_id
  ),
  ending as materialized (
    select delivery_id from stopped
    union all
    select delivery_id from reached
    where (delivery_id in (select delivery_id from unstarted)) is not true and (delivery_id in (select delivery_id from held)) is not true
  ),
  abandoned as (
    update delivery_recipients r set outcome = 'abandoned'
    where r.delivery_id = any(array(select delivery_id from ending)) and r.outcome = 'pending'
  ),
  purged as (
    update delivery_payloads p set secret_variables = null, content_purged_at = date_trunc('milliseconds', now())
    where p.delivery_id = any(array(select delivery_id from ending)) and p.secret_variables is not null
  ),
  forgotten as (
    update idempotency_keys k set secret_salt = null, secret_hash = null
    from secret_keys s where k.scope = s.scope and k.idempotency_key = s.idempotency_key and (k.delivery_id in (select delivery_id from ending)) is true
  ),
  ended as (
    update deliveries d set
      status = case when (select true from delivery_recipients r where r.delivery_id = d.delivery_id and r.outcome = 'uncertain' limit 1) then 'uncertain' else $2 end,
      end_reason = $3, ended_at = date_trunc('milliseconds', now()), revision = d.revision + 1
    where d.delivery_id = any(array(select delivery_id from ending))
    returning d.delivery_id, d.status
  )
  select delivery_id, status from ended
  union all
  select a.delivery_id, null from attempts a
  where a.delivery_id = any($1::uuid[]) and a.status in ('scheduled', 'claimed') and (a.delivery_id in (select delivery_id from ending)) is not true
    and (select d.status from deliveries d where d.delivery_id = a.delivery_id) = 'queued'`,
);

const REASONS = { superseded: 'superseded', expired: 'expires_at_passed', cancelled: 'cancelled_by_operator' } as const;

export async function endUnstarted(runner: Runner, deliveryIds: readonly string[], status: keyof typeof REASONS): Promise<EndedUnstarted> {
  const rows = await run(runner, endDeliveries, [deliveryIds, status, REASONS[status]]);
  return {
    ended: rows.flatMap(({ delivery_id, status: end }) => (end === null ? [] : [{ delivery_id, status: end }])),
    held: rows.flatMap(({ delivery_id, status: end }) => (end === null ? [delivery_id] : [])),
  };
}
