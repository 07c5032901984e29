import type { DeliveryEnd } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';
import { deferSupersession } from './deferred-supersessions.js';
import { endUnstarted } from './end-unstarted.js';

// Serialises acceptance a source and key: without it, two concurrent commands would each miss the other, and both survive.
const lockKeys = statement<{ locked: string }>(
  'lock_supersede_keys',
  [],
  `select pg_advisory_xact_lock(lock) as locked from (
    select distinct hashtextextended(source || chr(10) || supersede_key, 0) as lock
    from unnest($1::text[], $2::text[]) as t(source, supersede_key) order by lock
  ) as locks`,
);

// Marks the older queued deliveries of ($1 sources, $2 keys) as superseded by $3, in step, but for those that another holds. Returns all of
// them. Served by deliveries_superseding_idx, deliveries_pkey. The arrays are asked for as well: a join alone, by a plan from when nothing
// was queued, reads all that the partial index holds later. The mark alone ends the retries of one that is in progress; its revision moves,
// so that its settlement is made anew. It waits for no row: one that is being settled, or that somebody's session keeps locked, is deferred.
const markSuperseded = statement<{ delivery_id: string; newer_id: string; marked: boolean }>(
  'mark_superseded',
  ['deliveries_superseding_idx', 'deliveries_pkey'],
  `with older as materialized (
    select d.delivery_id, newer.delivery_id as newer_id
    from unnest($1::text[], $2::text[], $3::uuid[]) as newer(source, supersede_key, delivery_id)
    join deliveries d on d.source = newer.source and d.supersede_key = newer.supersede_key and d.status = 'queued' and d.delivery_id <> newer.delivery_id
    where d.source = any($1::text[]) and d.supersede_key = any($2::text[])
  ),
  free as materialized (
    select d.delivery_id from deliveries d
    where d.delivery_id = any(array(select delivery_id from older)) and d.status || '' = 'queued' order by d.delivery_id for no key update skip locked
  ),
  marked as (
    update deliveries d set superseded_by = older.newer_id, revision = d.revision + 1
    from older where d.delivery_id = older.delivery_id and d.delivery_id = any(array(select delivery_id from free))
    returning d.delivery_id
  )
  select delivery_id, newer_id, (delivery_id in (select delivery_id from marked)) is true as marked from older`,
);

export interface Superseding {
  readonly source: string;
  readonly supersedeKey: string;
}

/** To be called before the new deliveries are inserted, in the same transaction. */
export async function lockSupersedeKeys(runner: Runner, superseding: readonly Superseding[]): Promise<void> {
  await run(runner, lockKeys, [superseding.map(({ source }) => source), superseding.map(({ supersedeKey }) => supersedeKey)]);
}

/**
 * Ends what the new deliveries supersede; at most one new delivery a source and key. Those in progress finish, and are not retried. Those of
 * which another transaction holds a row are put off, and ended by the scheduler once it does no more. Returns how the others ended, by the
 * new delivery that ended them.
 */
export async function supersedeOlder(
  runner: Runner,
  newer: readonly (Superseding & { readonly deliveryId: string })[],
): Promise<ReadonlyMap<string, readonly DeliveryEnd[]>> {
  const older = await run(runner, markSuperseded, [
    newer.map(({ source }) => source),
    newer.map(({ supersedeKey }) => supersedeKey),
    newer.map(({ deliveryId }) => deliveryId),
  ]);
  if (older.length === 0) return new Map();
  const newerOf = new Map(older.map(({ delivery_id, newer_id }) => [delivery_id, newer_id]));
  const idsOf = (marked: boolean): string[] => older.flatMap((one) => (one.marked === marked ? [one.delivery_id] : []));
  const { ended, held } = await endUnstarted(runner, idsOf(true), 'superseded');
  const deferred = [...idsOf(false), ...held];
  if (deferred.length > 0) {
    await deferSupersession(
      runner,
      deferred.map((deliveryId) => ({ deliveryId, newerId: newerOf.get(deliveryId) ?? '' })),
    );
  }
  const ends = new Map<string, DeliveryEnd[]>();
  for (const { delivery_id, status } of ended) {
    const newerId = newerOf.get(delivery_id) ?? '';
    ends.set(newerId, [...(ends.get(newerId) ?? []), status]);
  }
  return ends;
}
