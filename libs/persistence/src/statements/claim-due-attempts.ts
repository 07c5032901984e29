import { run, statement, type Runner } from '../statement.js';

/** By lane: 0 high, 1 normal, 2 bulk. */
export type PerLane<T> = readonly [high: T, normal: T, bulk: T];

/** `waiting`: claimed before and not yet taken; `claimed`: by this statement. */
export interface LaneClaims {
  readonly waiting: number;
  readonly claimed: number;
}

/** An attempt that was claimed, with the trace that it is part of. */
export interface ClaimedTrace {
  readonly attempt_id: string;
  readonly delivery_id: string;
  readonly number: number;
  /** RFC 3339 */
  readonly scheduled_at: string;
  readonly claimed_at: string;
  readonly template_id: string | null;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

// Fills the window of each lane: claims due attempts, oldest first, until $1 of the high, $2 of the normal and $3 of the bulk lane
// are claimed and not yet taken, none of $5. Returns both counts, by lane. Served by attempts_due_idx, and by attempts_claimed_idx for the
// count, which reads as many entries as the windows hold. Concurrent claimers skip each other's rows, and may together overfill
// a window by what one of them claims. By ctid, never by a join: with a parameter as its limit the planner takes a tenth of the
// table for granted, and scans it; and the status is asked again in a form that no index serves, or a plan from when little was due
// would read all that is.
const claiming = `waiting as materialized (
    select lane, count(*)::int as count from attempts where status = 'claimed' group by lane
  ),
  claimed as (
    update attempts set status = 'claimed', claimed_at = date_trunc('milliseconds', now())
    where ctid = any(
        array(select ctid from attempts where status = 'scheduled' and lane = 0 and scheduled_at <= now() and attempt_id <> all($5::uuid[]) order by scheduled_at
          limit greatest(0, $1::int - coalesce((select count from waiting where lane = 0), 0)) for update skip locked)
        || array(select ctid from attempts where status = 'scheduled' and lane = 1 and scheduled_at <= now() and attempt_id <> all($5::uuid[]) order by scheduled_at
          limit greatest(0, $2::int - coalesce((select count from waiting where lane = 1), 0)) for update skip locked)
        || array(select ctid from attempts where status = 'scheduled' and lane = 2 and scheduled_at <= now() and attempt_id <> all($5::uuid[]) order by scheduled_at
          limit greatest(0, $3::int - coalesce((select count from waiting where lane = 2), 0)) for update skip locked)
      )
      and status || '' = 'scheduled' and scheduled_at <= now()
    returning lane, attempt_id, delivery_id, number, scheduled_at, claimed_at
  )`;
// The commit waits for no disk. A crash may take a claim with it, and the attempt is due again; one that was taken meanwhile stays
// claimed, since the take's commit, which does wait, comes after it in the log. Workers are told of the most urgent lane by the
// same commit, where $4 says so: claims are few, and the lock that NOTIFY holds over a commit is brief where no disk is waited for.
const counts = `set_config('synchronous_commit', 'off', true),
    (select pg_notify('mail_claimed', min(lane)::text) from claimed having $4::boolean and count(*) > 0) as told, lane, coalesce((select count from waiting where waiting.lane = lanes.lane), 0) as waiting,
    (select count(*)::int from claimed where claimed.lane = lanes.lane) as claimed`;

const claimDue = statement<LaneClaims & { lane: number }>(
  'claim_due_attempts',
  ['attempts_due_idx', 'attempts_claimed_idx'],
  `with ${claiming} select ${counts} from (values (0), (1), (2)) as lanes(lane) order by lane`,
);

// The same, and tells what was claimed. Served by deliveries_pkey as well, since the trace is kept with the delivery.
const claimDueTraced = statement<LaneClaims & { lane: number; traces: readonly ClaimedTrace[] }>(
  'claim_due_traced',
  ['attempts_due_idx', 'attempts_claimed_idx', 'deliveries_pkey'],
  `with ${claiming} select ${counts}, coalesce((
      select jsonb_agg(jsonb_build_object('attempt_id', c.attempt_id, 'delivery_id', c.delivery_id, 'number', c.number,
        'scheduled_at', c.scheduled_at, 'claimed_at', c.claimed_at, 'template_id', d.template_id, 'traceparent', d.traceparent,
        'tracestate', d.tracestate))
      from claimed c cross join lateral (
        select template_id, traceparent, tracestate from deliveries where deliveries.delivery_id = c.delivery_id limit 1
      ) as d where c.lane = lanes.lane
    ), '[]') as traces
  from (values (0), (1), (2)) as lanes(lane) order by lane`,
);

/** `tell`: whether workers that listen on `mail_claimed` are notified; `but`: attempts that are left out. */
export async function claimDueAttempts(
  runner: Runner,
  windows: PerLane<number>,
  tell: boolean,
  but: readonly string[] = [],
): Promise<PerLane<LaneClaims>> {
  return perLane(await run(runner, claimDue, [...windows, tell, but]));
}

/** As `claimDueAttempts`; what was claimed comes along, for whoever traces it. */
export async function claimDueTracedAttempts(
  runner: Runner,
  windows: PerLane<number>,
  tell: boolean,
  but: readonly string[] = [],
): Promise<PerLane<LaneClaims & { readonly traces: readonly ClaimedTrace[] }>> {
  return perLane(await run(runner, claimDueTraced, [...windows, tell, but]));
}

// What a claim of up to $1, $2 and $3 of the lanes would take, but for the attempts $4. Served by attempts_due_idx. Locks nothing.
const findDue = statement<{ attempt_id: string }>(
  'find_due',
  ['attempts_due_idx'],
  `(select attempt_id from attempts where status = 'scheduled' and lane = 0 and scheduled_at <= now() and attempt_id <> all($4::uuid[]) order by scheduled_at limit $1)
  union all
  (select attempt_id from attempts where status = 'scheduled' and lane = 1 and scheduled_at <= now() and attempt_id <> all($4::uuid[]) order by scheduled_at limit $2)
  union all
  (select attempt_id from attempts where status = 'scheduled' and lane = 2 and scheduled_at <= now() and attempt_id <> all($4::uuid[]) order by scheduled_at limit $3)`,
);

export async function findDueAttempts(runner: Runner, windows: PerLane<number>, but: readonly string[]): Promise<string[]> {
  return (await run(runner, findDue, [...windows, but])).map(({ attempt_id }) => attempt_id);
}

// Claims those of the attempts $1 that are due, and that nobody holds. Served by attempts_pkey.
const claimGiven = statement(
  'claim_given',
  ['attempts_pkey'],
  `update attempts set status = 'claimed', claimed_at = date_trunc('milliseconds', now())
  where ctid = any(array(
      select ctid from attempts where attempt_id = any($1::uuid[]) and status || '' = 'scheduled' and scheduled_at <= now() for update skip locked
    )) and status || '' = 'scheduled'`,
);

/** Of a batch that cannot be claimed as a whole. */
export async function claimGivenAttempts(runner: Runner, attemptIds: readonly string[]): Promise<void> {
  await run(runner, claimGiven, [attemptIds]);
}

function perLane<Row>([high, normal, bulk]: readonly Row[]): PerLane<Row> {
  if (high === undefined || normal === undefined || bulk === undefined) throw new Error('a claim answers for three lanes');
  return [high, normal, bulk];
}
