import { run, type Runner, type Statement } from '../statement.js';

// These read whole tables: for the full form only, and so not among the statements that are held to their indexes.

/** Found in all, and the first hundred. */
export interface Found<Row> {
  readonly total: number;
  readonly first: readonly Row[];
}

interface Missing {
  readonly delivery_id: string;
  readonly scope: string;
}

// Keys whose delivery is gone. Retention deletes deliveries and keys each by their own time, but none that is newer than the newest
// it has deleted: such a key names what was lost.
const deliveries: Statement<Missing & { total: number }> = {
  name: 'find_missing_deliveries',
  indexes: [],
  text: `select k.delivery_id, k.scope, (count(*) over ())::int as total
  from idempotency_keys k
  where k.created_at > coalesce((select max(newest_created_at) from deleted_deliveries), '-infinity')
    and not exists (select from deliveries d where d.delivery_id = k.delivery_id)
  order by k.delivery_id limit 100`,
};

// Queued deliveries that no key names; a key outlives its time until its delivery has ended.
const keys: Statement<Missing & { total: number }> = {
  name: 'find_missing_keys',
  indexes: [],
  text: `select d.delivery_id, d.source as scope, (count(*) over ())::int as total
  from deliveries d
  where d.status = 'queued' and not exists (select from idempotency_keys k where k.delivery_id = d.delivery_id)
  order by d.delivery_id limit 100`,
};

/** A stream's counter, and what there is of it. */
export interface StreamCount {
  readonly stream: string;
  readonly accepted: number;
  /** Not ended, and ended, by the table itself. */
  readonly queued: number;
  readonly ended: number;
  readonly deleted: number;
}

// For each stream in its present incarnation: accepted = queued + every end + what retention deleted, or it is told.
const streams: Statement<StreamCount> = {
  name: 'find_miscounted_streams',
  indexes: [],
  text: `with there as materialized (
    select stream, stream_incarnation as incarnation, count(*) filter (where status = 'queued') as queued, count(*) filter (where status <> 'queued') as ended
    from deliveries where stream is not null group by 1, 2
  ),
  counted as (
    select o.stream, o.accepted, coalesce(t.queued, 0) as queued, coalesce(t.ended, 0) as ended, coalesce(g.deleted, 0) as deleted
    from stream_offsets o
    left join there t on t.stream = o.stream and t.incarnation = o.incarnation
    left join deleted_deliveries g on g.stream = o.stream and g.incarnation = o.incarnation
  )
  select stream, accepted::float8, queued::float8, ended::float8, deleted::float8 from counted
  where accepted <> queued + ended + deleted order by stream`,
};

const found = <Row>(rows: readonly (Row & { readonly total: number })[]): Found<Row> => ({ total: rows[0]?.total ?? 0, first: rows });

export const findMissingDeliveries = async (runner: Runner): Promise<Found<Missing>> => found(await run(runner, deliveries, []));
export const findMissingKeys = async (runner: Runner): Promise<Found<Missing>> => found(await run(runner, keys, []));
export const findMiscountedStreams = (runner: Runner): Promise<StreamCount[]> => run(runner, streams, []);
