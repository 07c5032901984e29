import type { OnUncertain, RecipientKind, RecipientOutcome, StoredSecrets } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** A taken attempt with all that rendering and sending it needs. Times are the server's. */
export interface TakenAttempt {
  readonly attempt_id: string;
  readonly delivery_id: string;
  readonly number: number;
  /** As in `AttemptState`, and so is `trouble_since`. */
  readonly schedule_position: number;
  readonly trouble_since: Date | null;
  readonly lane: number;
  readonly token: string;
  readonly revision: number;
  readonly started_at: Date;
  readonly scheduled_at: Date;
  readonly created_at: Date;
  readonly deliver_at: Date | null;
  readonly expires_at: Date | null;
  readonly on_uncertain: OnUncertain;
  readonly superseded: boolean;
  readonly source: string;
  readonly template_id: string | null;
  readonly locale: string | null;
  readonly template_hash: string | null;
  readonly message_id: string;
  readonly from_email: string;
  readonly from_name: string | null;
  readonly traceparent: string | null;
  readonly tracestate: string | null;
  /** `null`: it is gone, by whomever's hand. */
  readonly content: unknown;
  readonly secret_variables: StoredSecrets | null;
  readonly recipients: readonly {
    readonly position: number;
    readonly address: string;
    readonly kind: RecipientKind;
    readonly outcome: RecipientOutcome;
  }[];
}

/** The common table expression `taken`: binds the claimed attempts at these places to the worker, each with a fresh token, and starts them. */
const taking = (places: string, worker: string): string => `taken as (
    update attempts set status = 'in_progress', worker_id = ${worker}, token = gen_random_uuid(), started_at = date_trunc('milliseconds', now())
    where ctid = any(array(${places})) and status || '' = 'claimed'
    returning attempt_id, delivery_id, number, coalesce(schedule_position, number) as schedule_position, trouble_since, lane, token, started_at, scheduled_at
  )`;

/**
 * The common table expression `taken` and the query of its attempts, with all that sending needs, for the parameters `limit`,
 * `worker` and `but`: binds up to `limit` claimed attempts to the worker, and starts them: whoever takes sends at once.
 * The most urgent lane first, in each the oldest; none of `but`. What is past its expiry stays for the scheduler to end.
 * Served by attempts_claimed_idx. Concurrent takers skip each other's rows; a claim given back meanwhile is not taken. That is asked in a
 * form that no index serves: the rows are found by ctid, and a plan from when there were few would read the whole index instead.
 */
export const takeParts = (limit: string, worker: string, but: string): { readonly taken: string; readonly attempts: string } => ({
  taken: taking(
    `
        select a.ctid from attempts a join deliveries d on d.delivery_id = a.delivery_id
        where a.status = 'claimed' and (d.expires_at is null or d.expires_at > now()) and a.attempt_id <> all(${but})
        order by a.lane, a.scheduled_at limit ${limit} for update of a skip locked
      `,
    worker,
  ),
  attempts: `select t.*, d.revision, d.created_at, d.deliver_at, d.expires_at, d.on_uncertain, d.superseded_by is not null as superseded, d.source, d.template_id, d.locale,
    d.template_hash, d.message_id, d.from_email, d.from_name, d.traceparent, d.tracestate, p.content, p.secret_variables,
    coalesce((select jsonb_agg(jsonb_build_object('position', r.position, 'address', r.address, 'kind', r.kind, 'outcome', r.outcome) order by r.position)
      from delivery_recipients r where r.delivery_id = t.delivery_id), '[]') as recipients
  from taken t
  join deliveries d on d.delivery_id = t.delivery_id
  left join delivery_payloads p on p.delivery_id = t.delivery_id
  order by t.lane, t.scheduled_at`,
});

const { taken, attempts } = takeParts('$1', '$2', '$3::uuid[]');
const take = statement<TakenAttempt>('take_attempts', ['attempts_claimed_idx'], `with ${taken} ${attempts}`);

/** `but`: attempts that are left out. */
export async function takeAttempts(runner: Runner, limit: number, workerId: string, but: readonly string[] = []): Promise<TakenAttempt[]> {
  return run(runner, take, [limit, workerId, but]);
}

// What a take of up to $1 would bind, but for the attempts $2. Served by attempts_claimed_idx. Locks nothing.
const find = statement<{ attempt_id: string }>(
  'find_claimed',
  ['attempts_claimed_idx'],
  `select a.attempt_id from attempts a join deliveries d on d.delivery_id = a.delivery_id
  where a.status = 'claimed' and (d.expires_at is null or d.expires_at > now()) and a.attempt_id <> all($2::uuid[])
  order by a.lane, a.scheduled_at limit $1`,
);

export async function findClaimedAttempts(runner: Runner, limit: number, but: readonly string[]): Promise<string[]> {
  return (await run(runner, find, [limit, but])).map(({ attempt_id }) => attempt_id);
}

// As the take above, of the attempts $1 alone. Served by attempts_pkey.
const takeGiven = statement<TakenAttempt>(
  'take_given',
  ['attempts_pkey'],
  `with ${taking(
    `
        select a.ctid from attempts a join deliveries d on d.delivery_id = a.delivery_id
        where a.attempt_id = any($1::uuid[]) and a.status || '' = 'claimed' and (d.expires_at is null or d.expires_at > now())
        for update of a skip locked
      `,
    '$2',
  )} ${attempts}`,
);

/** Of a batch that cannot be taken as a whole. */
export async function takeGivenAttempts(runner: Runner, attemptIds: readonly string[], workerId: string): Promise<TakenAttempt[]> {
  return run(runner, takeGiven, [attemptIds, workerId]);
}
