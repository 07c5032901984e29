import type { AttemptState } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';
import type { StoredTrace } from '../stored-trace.js';

/** The facts that a settlement stands on, at one revision of the delivery. */
export interface StoredAttemptState extends AttemptState {
  /** 1 for the first attempt of a delivery. */
  readonly number: number;
  readonly attemptId: string;
  readonly deliveryId: string;
  readonly token: string;
  readonly revision: number;
  /** The server's clock at the reading. */
  readonly now: Date;
}

interface StateRow {
  attempt_id: string;
  delivery_id: string;
  token: string;
  number: number;
  schedule_position: number;
  trouble_since: Date | null;
  urgent: boolean;
  late: boolean;
  revision: number;
  delivery_status: AttemptState['deliveryStatus'];
  on_uncertain: AttemptState['onUncertain'];
  expires_at: Date | null;
  superseded: boolean;
  other_uncertain: number;
  recipients: AttemptState['recipients'];
  now: Date;
}

/** One whose worker is lost, with the trace of its delivery. */
export interface LostAttempt extends StoredAttemptState, StoredTrace {
  readonly startedAt: Date;
}

type LostRow = StateRow & StoredTrace & { readonly started_at: Date };

const STATE = `
  a.attempt_id, a.delivery_id, a.token, a.number, coalesce(a.schedule_position, a.number) as schedule_position, a.trouble_since,
  a.lane = 0 as urgent, a.status = 'ended' as late, d.revision, d.status as delivery_status, d.on_uncertain, d.expires_at,
  d.superseded_by is not null as superseded, now() as now,
  (select count(*)::int from attempts o where o.delivery_id = a.delivery_id and o.attempt_id <> a.attempt_id and o.outcome = 'uncertain') as other_uncertain,
  (select jsonb_agg(jsonb_build_object('position', r.position, 'outcome', r.outcome) order by r.position)
    from delivery_recipients r where r.delivery_id = a.delivery_id) as recipients`;

// The state of the attempts $1 whose tokens are $2 (in step), where their holder may still write an outcome:
// in progress, or recovered as uncertain, or ended with somebody accepted and somebody uncertain. Served by attempts_pkey.
const readHeld = statement<StateRow>(
  'read_held_attempts',
  ['attempts_pkey'],
  `select ${STATE}
  from unnest($1::uuid[], $2::uuid[]) as held(attempt_id, token)
  join attempts a on a.attempt_id = held.attempt_id and a.token = held.token
  join deliveries d on d.delivery_id = a.delivery_id
  where a.status = 'in_progress' or a.outcome = 'uncertain'
    or (a.outcome = 'provider_accepted' and (select true from delivery_recipients r where r.delivery_id = a.delivery_id and r.outcome = 'uncertain' limit 1))`,
);

/** An attempt whose worker is lost, and where it stands in the order of starts. */
export interface FoundLost {
  readonly attempt_id: string;
  /** As text: a date of this language would cut it. */
  readonly started_at: string;
}

// Up to $2 attempts, after $3 and $4, in progress since more than $1 ms: their worker is lost, or frozen. Served by attempts_in_progress_idx.
// Nothing of them is read but what the index holds: of one that cannot be read, the others are to be recovered.
const findLost = statement<FoundLost>(
  'find_lost_attempts',
  ['attempts_in_progress_idx'],
  `select attempt_id, started_at::text as started_at from attempts
  where status = 'in_progress' and started_at < now() - $1::bigint * interval '1 millisecond'
    and started_at >= $3::timestamptz and (started_at, attempt_id) > ($3::timestamptz, $4::uuid)
  order by started_at, attempt_id limit $2`,
);

const FIRST: FoundLost = { attempt_id: '00000000-0000-0000-0000-000000000000', started_at: '-infinity' };

/** The next page after `after`, the longest in progress first. */
export function findLostAttempts(runner: Runner, lostAfterMs: number, limit: number, after: FoundLost = FIRST): Promise<FoundLost[]> {
  return run(runner, findLost, [lostAfterMs, limit, after.started_at, after.attempt_id]);
}

// Those of the attempts $1 that are in progress. Served by attempts_pkey.
const readLost = statement<LostRow>(
  'read_lost_attempts',
  ['attempts_pkey'],
  `select ${STATE}, a.started_at, d.traceparent, d.tracestate
  from attempts a join deliveries d on d.delivery_id = a.delivery_id
  where a.attempt_id = any($1::uuid[]) and a.status || '' = 'in_progress'`,
);

const state = (row: StateRow): StoredAttemptState => ({
  attemptId: row.attempt_id,
  deliveryId: row.delivery_id,
  token: row.token,
  number: row.number,
  schedulePosition: row.schedule_position,
  troubleSince: row.trouble_since,
  urgent: row.urgent,
  late: row.late,
  revision: row.revision,
  deliveryStatus: row.delivery_status,
  onUncertain: row.on_uncertain,
  expiresAt: row.expires_at,
  superseded: row.superseded,
  otherUncertainAttempts: row.other_uncertain,
  recipients: row.recipients,
  now: row.now,
});

export async function readHeldAttempts(
  runner: Runner,
  held: readonly { readonly attemptId: string; readonly token: string }[],
): Promise<StoredAttemptState[]> {
  const rows = await run(runner, readHeld, [held.map(({ attemptId }) => attemptId), held.map(({ token }) => token)]);
  return rows.map(state);
}

export async function readLostAttempts(runner: Runner, attemptIds: readonly string[]): Promise<LostAttempt[]> {
  const rows = await run(runner, readLost, [attemptIds]);
  return rows.map((row) => ({ ...state(row), startedAt: row.started_at, traceparent: row.traceparent, tracestate: row.tracestate }));
}
