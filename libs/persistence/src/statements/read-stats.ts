import { DELIVERY_STATUSES, type DeliveryStatus } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** How far is counted: past it, a number says "so many, and more". */
const COUNTED_TO = 10_000;

/** `capped`: there are more. */
export interface CappedCount {
  readonly count: number;
  readonly capped: boolean;
}

const capped = (counted: number): CappedCount => ({ count: Math.min(counted, COUNTED_TO), capped: counted > COUNTED_TO });

// Each counts one row more than is shown, along an index.

const deliveries = statement<{ status: DeliveryStatus; counted: number }>(
  'count_deliveries_by_status',
  ['deliveries_status_idx'],
  `select s.status, (select count(*) from (select from deliveries d where d.status = s.status order by d.created_at limit $2) as counted)::int as counted
  from unnest($1::text[]) with ordinality as s(status, place) order by place`,
);

/** Of one lane. */
export interface LaneDepth {
  readonly lane: 0 | 1 | 2;
  readonly due: CappedCount;
  /** Scheduled for later. */
  readonly later: CappedCount;
  readonly claimed: CappedCount;
  readonly in_progress: CappedCount;
  /** When the first that is due was; `null` when none is. */
  readonly oldest_due_at: Date | null;
  readonly oldest_due_age_ms: number;
  /** For how long the first has been due that no worker has started, claimed or not: workers that are gone leave theirs claimed. */
  readonly oldest_unstarted_age_ms: number;
}

type Counted = 'due' | 'later' | 'claimed' | 'in_progress';
const lanes = statement<Omit<LaneDepth, Counted> & Record<Counted, number>>(
  'count_attempts_by_lane',
  ['attempts_due_idx', 'attempts_claimed_idx', 'attempts_in_progress_idx'],
  `with working as materialized (
    select lane, count(*)::int as counted from (
      select lane from attempts where status = 'in_progress' order by started_at limit $1
    ) as counted group by lane
  )
  select l.lane,
    (select count(*) from (
      select from attempts a where a.status = 'scheduled' and a.lane = l.lane and a.scheduled_at <= now() order by a.scheduled_at limit $1
    ) as counted)::int as due,
    (select count(*) from (
      select from attempts a where a.status = 'scheduled' and a.lane = l.lane and a.scheduled_at > now() order by a.scheduled_at limit $1
    ) as counted)::int as later,
    (select count(*) from (
      select from attempts a where a.status = 'claimed' and a.lane = l.lane order by a.scheduled_at limit $1
    ) as counted)::int as claimed,
    coalesce((select counted from working where working.lane = l.lane), 0) as in_progress,
    first.scheduled_at as oldest_due_at,
    coalesce(extract(epoch from now() - first.scheduled_at) * 1000, 0)::float8 as oldest_due_age_ms,
    coalesce(extract(epoch from now() - least(first.scheduled_at, taken_next.scheduled_at)) * 1000, 0)::float8 as oldest_unstarted_age_ms
  from generate_series(0, 2) as l(lane)
  left join lateral (
    select a.scheduled_at from attempts a where a.status = 'scheduled' and a.lane = l.lane and a.scheduled_at <= now()
    order by a.scheduled_at limit 1
  ) as first on true
  left join lateral (
    select a.scheduled_at from attempts a where a.status = 'claimed' and a.lane = l.lane order by a.scheduled_at limit 1
  ) as taken_next on true
  order by l.lane`,
);

// The newest of the last hour, from "since" on.
const ended = statement<{ status: DeliveryStatus; minute: Date; counted: number; since: Date }>(
  'count_ends_of_last_hour',
  ['deliveries_ended_idx'],
  `select status, date_trunc('minute', ended_at) as minute, count(*)::int as counted, min(min(ended_at)) over () as since
  from (
    select status, ended_at from deliveries where ended_at > now() - interval '1 hour' order by ended_at desc limit $1
  ) as newest group by status, minute order by minute, status`,
);

/** A row of `stream_offsets`. */
export interface StreamPosition {
  readonly stream: string;
  readonly incarnation: number;
  readonly last_id: string;
  readonly consumed: number;
  readonly accepted: number;
  readonly replayed: number;
  readonly malformed: number;
  readonly missed: number;
  /** From the time in the last entry's id to the commit that consumed it, in ms; `null` before the first. What waits in Redis, it cannot know. */
  readonly lag_ms: number | null;
  readonly halted_at: Date | null;
  readonly updated_at: Date;
  readonly lease_holder: string | null;
  readonly lease_expires_at: Date | null;
}

const streams = statement<StreamPosition>(
  'read_stream_positions',
  ['stream_offsets_pkey'],
  `select stream, incarnation, last_id, consumed::float8, accepted::float8, replayed::float8, malformed::float8, missed::float8,
    case when consumed > 0 then greatest(0, extract(epoch from updated_at) * 1000 - split_part(last_id, '-', 1)::numeric) end::float8 as lag_ms,
    halted_at, updated_at, lease_holder, lease_expires_at
  from stream_offsets order by stream limit 100`,
);

type EndCounts = Readonly<Partial<Record<DeliveryStatus, number>>>;

export interface Stats {
  readonly deliveries: readonly ({ readonly status: DeliveryStatus } & CappedCount)[];
  readonly lanes: readonly LaneDepth[];
  /** Ends of the last hour, the newest 10 000: all from `since` on. */
  readonly ended: {
    readonly since: Date | null;
    readonly capped: boolean;
    readonly counts: EndCounts;
    /** Those minutes in which any ended, the oldest first. */
    readonly byMinute: readonly { readonly minute: Date; readonly counts: EndCounts }[];
  };
  /** The first hundred. */
  readonly streams: readonly StreamPosition[];
}

/** How much waits in each lane, counted no further than 10 000. */
export async function readLaneDepths(runner: Runner): Promise<LaneDepth[]> {
  const byLane = await run(runner, lanes, [COUNTED_TO + 1]);
  return byLane.map(({ due, later, claimed, in_progress, ...lane }) => ({
    ...lane,
    due: capped(due),
    later: capped(later),
    claimed: capped(claimed),
    in_progress: capped(in_progress),
  }));
}

/** How deep the queues are, and what came of what; bounded in time, whatever the tables hold, since it counts no further than 10 000. */
export async function readStats(runner: Runner): Promise<Stats> {
  const byStatus = await run(runner, deliveries, [DELIVERY_STATUSES, COUNTED_TO + 1]);
  const byLane = await readLaneDepths(runner);
  const ends = await run(runner, ended, [COUNTED_TO]);
  return {
    deliveries: byStatus.map(({ status, counted }) => ({ status, ...capped(counted) })),
    lanes: byLane,
    ended: {
      since: ends[0]?.since ?? null,
      capped: ends.reduce((sum, { counted }) => sum + counted, 0) === COUNTED_TO,
      counts: countsOf(ends),
      byMinute: [...Map.groupBy(ends, ({ minute }) => minute.getTime())].map(([at, of]) => ({
        minute: new Date(at),
        counts: countsOf(of),
      })),
    },
    streams: await run(runner, streams, []),
  };
}

function countsOf(ends: readonly { readonly status: DeliveryStatus; readonly counted: number }[]): EndCounts {
  const counts: Partial<Record<DeliveryStatus, number>> = {};
  for (const { status, counted } of ends) counts[status] = (counts[status] ?? 0) + counted;
  return counts;
}
