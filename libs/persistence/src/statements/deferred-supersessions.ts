import { run, statement, type Runner } from '../statement.js';
import { endUnstarted, type Ended } from './end-unstarted.js';

// Notes that the deliveries $1 are to end as superseded by $2, in step, since another transaction holds rows of them now; and puts off their
// attempts that have not started, for longer than that should last, so that what is superseded is not sent meanwhile. Waits for no row.
// Served by deferred_supersessions_pkey, attempts_one_live_idx.
const defer = statement(
  'defer_supersession',
  ['deferred_supersessions_pkey', 'attempts_one_live_idx', 'attempts_pkey'],
  `with noted as (
    insert into deferred_supersessions (delivery_id, superseded_by, created_at)
    select delivery_id, superseded_by, date_trunc('milliseconds', now()) from unnest($1::uuid[], $2::uuid[]) as t(delivery_id, superseded_by)
    order by delivery_id on conflict (delivery_id) do nothing
  ),
  free as materialized (
    select a.attempt_id from attempts a
    where a.delivery_id = any($1::uuid[]) and a.status in ('scheduled', 'claimed') for no key update skip locked
  )
  update attempts a set status = 'scheduled', claimed_at = null, worker_id = null, token = null, scheduled_at = date_trunc('milliseconds', now()) + interval '1 day'
  where a.attempt_id = any(array(select attempt_id from free)) and a.status in ('scheduled', 'claimed')`,
);

export async function deferSupersession(
  runner: Runner,
  deferred: readonly { readonly deliveryId: string; readonly newerId: string }[],
): Promise<void> {
  await run(runner, defer, [deferred.map(({ deliveryId }) => deliveryId), deferred.map(({ newerId }) => newerId)]);
}

/** Of what is given back unsent, that which was superseded while it counted as in progress: it must not be sent after what superseded it. */
export async function deferSuperseded(
  runner: Runner,
  givenBack: readonly { readonly delivery_id: string; readonly superseded_by: string | null }[],
): Promise<void> {
  const superseded = givenBack.flatMap(({ delivery_id: deliveryId, superseded_by: newerId }) =>
    newerId === null ? [] : [{ deliveryId, newerId }],
  );
  if (superseded.length > 0) await deferSupersession(runner, superseded);
}

// Up to $1 of the deliveries that are still to end as superseded, after $2. Served by deferred_supersessions_pkey. Locks nothing.
const find = statement<{ delivery_id: string }>(
  'find_deferred_supersessions',
  ['deferred_supersessions_pkey'],
  `select delivery_id from deferred_supersessions where delivery_id > $2::uuid order by delivery_id limit $1`,
);

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** The next page after `after`. */
export async function findDeferredSupersessions(runner: Runner, limit: number, after = FIRST_ID): Promise<string[]> {
  return (await run(runner, find, [limit, after])).map(({ delivery_id }) => delivery_id);
}

// Marks those of the deliveries $1 that are queued and that nobody holds; returns all of these that are marked now. Served by deliveries_pkey.
const mark = statement<{ delivery_id: string }>(
  'mark_deferred_superseded',
  ['deferred_supersessions_pkey', 'deliveries_pkey'],
  `with free as materialized (
    select d.delivery_id, d.superseded_by from deliveries d
    where d.delivery_id = any($1::uuid[]) and d.status || '' = 'queued' order by d.delivery_id for no key update skip locked
  ),
  marked as (
    update deliveries d set superseded_by = s.superseded_by, revision = d.revision + 1
    from deferred_supersessions s
    where s.delivery_id = any($1::uuid[]) and d.delivery_id = s.delivery_id
      and d.delivery_id = any(array(select delivery_id from free where superseded_by is null))
    returning d.delivery_id
  )
  select delivery_id from marked
  union all
  select delivery_id from free where superseded_by is not null`,
);

// Forgets those of the deliveries $1 that have ended, are gone, or are marked with nothing to stop: an attempt in progress is not retried.
// Served by deferred_supersessions_pkey.
const forget = statement(
  'forget_deferred_supersessions',
  ['deferred_supersessions_pkey', 'deliveries_pkey'],
  `delete from deferred_supersessions where ctid = any(array(
    select s.ctid from deferred_supersessions s
    where s.delivery_id = any($1::uuid[]) and (
      select d.status || '' = 'queued' and (d.superseded_by is null
        or exists (select from attempts a where a.delivery_id = d.delivery_id and a.status in ('scheduled', 'claimed')))
      from deliveries d where d.delivery_id = s.delivery_id
    ) is not true for update of s skip locked
  ))`,
);

/** Ends those of these deliveries that nobody holds any more. Returns the ended. */
export async function finishSupersessions(runner: Runner, deliveryIds: readonly string[]): Promise<readonly Ended[]> {
  const marked = (await run(runner, mark, [deliveryIds])).map(({ delivery_id }) => delivery_id);
  const ended = marked.length === 0 ? [] : (await endUnstarted(runner, marked, 'superseded')).ended;
  await run(runner, forget, [deliveryIds]);
  return ended;
}
