import { run, statement, type Runner } from '../statement.js';

/** By lane: 0 high, 1 normal, 2 bulk. */
export type PerLane<T> = readonly [high: T, normal: T, bulk: T];

/** `waiting`: claimed before and not yet taken; `claimed`: by this statement. */
export interface LaneClaims {
  readonly waiting: number;
  readonly claimed: number;
}

// Fills the window of each lane: claims due attempts, oldest first, until $1 of the high, $2 of the normal and $3 of the bulk lane
// are claimed and not yet taken. Returns both counts, by lane. Served by attempts_due_idx, and by attempts_claimed_idx for the
// count, which reads as many entries as the windows hold. Concurrent claimers skip each other's rows, and may together overfill
// a window by what one of them claims. By ctid, never by a join: with a parameter as its limit the planner takes a tenth of the
// table for granted, and scans it; and the status is asked again in a form that no index serves, or a plan from when little was due
// would read all that is.
const claimDue = statement<LaneClaims & { lane: number }>(
  'claim_due_attempts',
  ['attempts_due_idx', 'attempts_claimed_idx'],
  `with waiting as materialized (
    select lane, count(*)::int as count from attempts where status = 'claimed' group by lane
  ),
  claimed as (
    update attempts set status = 'claimed', claimed_at = date_trunc('milliseconds', now())
    where ctid = any(
        array(select ctid from attempts where status = 'scheduled' and lane = 0 and scheduled_at <= now() order by scheduled_at
          limit greatest(0, $1::int - coalesce((select count from waiting where lane = 0), 0)) for update skip locked)
        || array(select ctid from attempts where status = 'scheduled' and lane = 1 and scheduled_at <= now() order by scheduled_at
          limit greatest(0, $2::int - coalesce((select count from waiting where lane = 1), 0)) for update skip locked)
        || array(select ctid from attempts where status = 'scheduled' and lane = 2 and scheduled_at <= now() order by scheduled_at
          limit greatest(0, $3::int - coalesce((select count from waiting where lane = 2), 0)) for update skip locked)
      )
      and status || '' = 'scheduled' and scheduled_at <= now()
    returning lane
  )
  select lane, coalesce((select count from waiting where waiting.lane = lanes.lane), 0) as waiting,
    (select count(*)::int from claimed where claimed.lane = lanes.lane) as claimed
  from (values (0), (1), (2)) as lanes(lane) order by lane`,
);

export async function claimDueAttempts(runner: Runner, windows: PerLane<number>): Promise<PerLane<LaneClaims>> {
  const [high, normal, bulk] = await run(runner, claimDue, [...windows]);
  if (high === undefined || normal === undefined || bulk === undefined) throw new Error('a claim answers for three lanes');
  return [high, normal, bulk];
}
