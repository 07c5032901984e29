import { run, statement, type Runner } from '../statement.js';

/** By lane: 0 high, 1 normal, 2 bulk. */
export type PerLane = readonly [high: number, normal: number, bulk: number];

const byLane = (rows: readonly { lane: number; count: number }[]): PerLane => {
  const of = (lane: number): number => rows.find((row) => row.lane === lane)?.count ?? 0;
  return [of(0), of(1), of(2)];
};

// How many attempts are claimed and not yet taken, by lane. Served by attempts_claimed_idx: as many entries as the windows hold.
const countClaimed = statement<{ lane: number; count: number }>(
  'count_claimed',
  ['attempts_claimed_idx'],
  `select lane, count(*)::int as count from attempts where status = 'claimed' group by lane`,
);

export async function countClaimedAttempts(runner: Runner): Promise<PerLane> {
  return byLane(await run(runner, countClaimed, []));
}

// Claims up to $1, $2, $3 due attempts of the high, normal and bulk lane, oldest first. Returns how many, by lane.
// Served by attempts_due_idx. Concurrent claimers skip each other's rows. By ctid, never by a join: with a parameter as its
// limit the planner takes a tenth of the table for granted, and scans it.
const claimDue = statement<{ lane: number; count: number }>(
  'claim_due_attempts',
  ['attempts_due_idx'],
  `with claimed as (
    update attempts set status = 'claimed', claimed_at = date_trunc('milliseconds', now())
    where ctid = any(
        array(select ctid from attempts where status = 'scheduled' and lane = 0 and scheduled_at <= now() order by scheduled_at limit $1 for update skip locked)
        || array(select ctid from attempts where status = 'scheduled' and lane = 1 and scheduled_at <= now() order by scheduled_at limit $2 for update skip locked)
        || array(select ctid from attempts where status = 'scheduled' and lane = 2 and scheduled_at <= now() order by scheduled_at limit $3 for update skip locked)
      )
      and status = 'scheduled' and scheduled_at <= now()
    returning lane
  )
  select lane, count(*)::int as count from claimed group by lane`,
);

export async function claimDueAttempts(runner: Runner, limits: PerLane): Promise<PerLane> {
  return byLane(await run(runner, claimDue, [...limits]));
}
