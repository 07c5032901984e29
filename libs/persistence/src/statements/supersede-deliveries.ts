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

// Marks the older queued deliveries of ($1 sources, $2 keys) as superseded by $3, in step. Served by deliveries_superseding_idx.
// The mark alone ends the retries of one that is in progress; its revision moves, so that its settlement is made anew.
const markSuperseded = statement<{ delivery_id: string }>(
  'mark_superseded',
  ['deliveries_superseding_idx'],
  `with older as materialized (
    select d.delivery_id, newer.delivery_id as newer_id
    from unnest($1::text[], $2::text[], $3::uuid[]) as newer(source, supersede_key, delivery_id)
    join deliveries d on d.source = newer.source and d.supersede_key = newer.supersede_key and d.status = 'queued' and d.delivery_id <> newer.delivery_id
    order by d.delivery_id for no key update of d
  )
  update deliveries d set superseded_by = older.newer_id, revision = d.revision + 1
  from older where d.delivery_id = older.delivery_id and d.status = 'queued'
  returning d.delivery_id`,
);

export interface Superseding {
  readonly source: string;
  readonly supersedeKey: string;
}

/** To be called before the new deliveries are inserted, in the same transaction. */
export async function lockSupersedeKeys(runner: Runner, keys: readonly Superseding[]): Promise<void> {
  await run(runner, lockKeys, [keys.map(({ source }) => source), keys.map(({ supersedeKey }) => supersedeKey)]);
}

/** Ends what the new deliveries supersede; at most one new delivery a source and key. Those in progress finish, and are not retried. */
export async function supersedeOlder(runner: Runner, newer: readonly (Superseding & { readonly deliveryId: string })[]): Promise<void> {
  const older = await run(runner, markSuperseded, [
    newer.map(({ source }) => source),
    newer.map(({ supersedeKey }) => supersedeKey),
    newer.map(({ deliveryId }) => deliveryId),
  ]);
  if (older.length > 0) {
    await endUnstarted(
      runner,
      older.map(({ delivery_id }) => delivery_id),
      'superseded',
    );
  }
}
