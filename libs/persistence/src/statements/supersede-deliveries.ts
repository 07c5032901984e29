import type { DeliveryEnd } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';
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

// Locks what acceptance of ($1 sources, $2 supersede keys) may end, and then all keys that it touches: those of ($3 scopes, $4 keys) and
// those whose secret it may wipe. The arrays are asked for as well: a join alone, by a plan from when nothing was queued, reads all that the
// partial index holds later. In this order, as everywhere: acceptance by itself would lock a key first, and then the delivery that
// another is settling, who waits for the key. Served by deliveries_superseding_idx, idempotency_keys_secret_idx, idempotency_keys_pkey.
const lockRows = statement<{ idempotency_key: string }>(
  'lock_superseded',
  ['deliveries_superseding_idx', 'idempotency_keys_secret_idx', 'idempotency_keys_pkey'],
  `with older as materialized (
    select d.delivery_id
    from (select distinct source, supersede_key from unnest($1::text[], $2::text[]) as t(source, supersede_key)) as newer
    join deliveries d on d.source = newer.source and d.supersede_key = newer.supersede_key and d.status = 'queued'
    where d.source = any($1::text[]) and d.supersede_key = any($2::text[])
    order by d.delivery_id for no key update of d
  ),
  touched as materialized (
    select scope, idempotency_key from unnest($3::text[], $4::text[]) as t(scope, idempotency_key)
    union
    select k.scope, k.idempotency_key from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from older)) and k.secret_hash is not null
  )
  select k.idempotency_key from touched join idempotency_keys k using (scope, idempotency_key)
  order by k.scope, k.idempotency_key for no key update of k`,
);

// Marks the older queued deliveries of ($1 sources, $2 keys) as superseded by $3, in step. Served by deliveries_superseding_idx.
// The mark alone ends the retries of one that is in progress; its revision moves, so that its settlement is made anew.
const markSuperseded = statement<{ delivery_id: string; newer_id: string }>(
  'mark_superseded',
  ['deliveries_superseding_idx'],
  `with older as materialized (
    select d.delivery_id, newer.delivery_id as newer_id
    from unnest($1::text[], $2::text[], $3::uuid[]) as newer(source, supersede_key, delivery_id)
    join deliveries d on d.source = newer.source and d.supersede_key = newer.supersede_key and d.status = 'queued' and d.delivery_id <> newer.delivery_id
    where d.source = any($1::text[]) and d.supersede_key = any($2::text[])
    order by d.delivery_id for no key update of d
  )
  update deliveries d set superseded_by = older.newer_id, revision = d.revision + 1
  from older where d.delivery_id = older.delivery_id and d.status = 'queued'
  returning d.delivery_id, d.superseded_by as newer_id`,
);

export interface Superseding {
  readonly source: string;
  readonly supersedeKey: string;
}

/** To be called before the new deliveries are inserted, in the same transaction. `keys`: all that the transaction accepts. */
export async function lockSupersedeKeys(
  runner: Runner,
  superseding: readonly Superseding[],
  keys: readonly { readonly scope: string; readonly idempotencyKey: string }[],
): Promise<void> {
  const [sources, supersedeKeys] = [superseding.map(({ source }) => source), superseding.map(({ supersedeKey }) => supersedeKey)];
  await run(runner, lockKeys, [sources, supersedeKeys]);
  // Only now, in a statement of its own: what another has accepted meanwhile is visible.
  await run(runner, lockRows, [sources, supersedeKeys, keys.map(({ scope }) => scope), keys.map(({ idempotencyKey }) => idempotencyKey)]);
}

/**
 * Ends what the new deliveries supersede; at most one new delivery a source and key. Those in progress finish, and are not retried.
 * Returns how the others ended, by the new delivery that ended them.
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
  const ids = older.map(({ delivery_id }) => delivery_id);
  const newerOf = new Map(older.map(({ delivery_id, newer_id }) => [delivery_id, newer_id]));
  const ends = new Map<string, DeliveryEnd[]>();
  for (const { delivery_id, status } of await endUnstarted(runner, ids, 'superseded')) {
    const newerId = newerOf.get(delivery_id) ?? '';
    ends.set(newerId, [...(ends.get(newerId) ?? []), status]);
  }
  return ends;
}
