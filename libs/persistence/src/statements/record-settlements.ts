import { replyLine, type Settlement, type SmtpReply } from '@mail/domain';
import { arrayOf } from '../binary-array.js';
import { run, statement, type Runner } from '../statement.js';
import { takeParts, type TakenAttempt } from './take-attempts.js';

/** A settlement with the attempt it is of, and the revision of the delivery that it was made of. */
export interface SettledAttempt {
  readonly attemptId: string;
  readonly deliveryId: string;
  readonly token: string;
  readonly revision: number;
  readonly late: boolean;
  /** The id of the next attempt, where the settlement schedules one. */
  readonly retryAttemptId: string;
  readonly settlement: Settlement;
}

// Writes what became of attempts, recipients and deliveries. Returns the attempts written, and whether their delivery ended; the others stood on facts that
// have changed since (a late result, a newer command), or their token is void: read the state again, and settle anew.
// Served by deliveries_pkey, attempts_pkey, attempts_one_live_idx, delivery_recipients_pkey. What a partial index holds is asked for by
// arrays of keys, never by a join: by a plan from when it held nothing, a join reads all that it holds later.
// What is late was read at the same revision (read_held_attempts), which says of an accepted attempt that somebody of it is uncertain.
// The deliveries are locked first and in order, as everywhere, then the keys, in the order of acceptance. A delivery that another holds is
// not waited for: it is not written, and its facts are as they were. Where a retry has to be cancelled and has started meanwhile,
// the delivery stays queued: the revision has moved, so that the settlement of that retry finds out.
const input = `input as materialized (
    select *, date_trunc('milliseconds', now()) as at
    from unnest(
      $1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::boolean[], $6::text[], $7::text[], $8::smallint[], $9::text[], $10::text[], $11::text[],
      $12::text[], $13::text[], $14::text[], $15::bigint[], $16::uuid[], $17::smallint[], $18::timestamptz[], $19::boolean[]
    ) as t(
      attempt_id, delivery_id, token, revision, late, outcome, phase, smtp_code, enhanced_code, smtp_reply, error,
      next, status, end_reason, delay_ms, retry_attempt_id, schedule_position, trouble_since, cancel_retry
    )
  )`;
const lockedOf = (name: string): string => `${name} as materialized (
    select i.* from input i join deliveries d on d.delivery_id = i.delivery_id
    where d.revision = i.revision order by d.delivery_id for no key update of d skip locked
  )`;
// Where nothing presses: what belongs to the deliveries is locked too before anything is changed, and is not waited for either.
const LOCKED_AS_A_WHOLE = `${lockedOf('reached')},
  own_attempts as materialized (
    select a.attempt_id from attempts a where a.attempt_id = any(array(select attempt_id from reached)) for no key update skip locked
  ),
  told_recipients as materialized (
    select r.delivery_id, r.position from unnest($20::uuid[], $21::smallint[]) as t(delivery_id, position)
    join delivery_recipients r on r.delivery_id = t.delivery_id and r.position = t.position
    where (t.delivery_id in (select delivery_id from reached)) is true for no key update of r skip locked
  ),
  own_secrets as materialized (
    select p.delivery_id from delivery_payloads p
    where p.delivery_id = any(array(select delivery_id from reached where next = 'end')) and p.secret_variables is not null
    for no key update skip locked
  ),
  own_keys as materialized (
    select k.scope, k.idempotency_key from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from reached where next = 'end')) and k.secret_hash is not null
    order by k.scope, k.idempotency_key for no key update skip locked
  ),
  held as materialized (
    select delivery_id from reached where (attempt_id in (select attempt_id from own_attempts)) is not true
    union all
    select r.delivery_id from unnest($20::uuid[], $21::smallint[]) as t(delivery_id, position)
    join delivery_recipients r on r.delivery_id = t.delivery_id and r.position = t.position
    where ((r.delivery_id, r.position) in (select delivery_id, position from told_recipients)) is not true
    union all
    select p.delivery_id from delivery_payloads p
    where p.delivery_id = any(array(select delivery_id from reached where next = 'end')) and p.secret_variables is not null
      and (p.delivery_id in (select delivery_id from own_secrets)) is not true
    union all
    select k.delivery_id from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from reached where next = 'end')) and k.secret_hash is not null
      and ((k.scope, k.idempotency_key) in (select scope, idempotency_key from own_keys)) is not true
  ),
  locked as materialized (select * from reached where (delivery_id in (select delivery_id from held)) is not true)`;
const settled = `settled as (
    update attempts a set status = 'ended', outcome = i.outcome, phase = i.phase, smtp_code = i.smtp_code, enhanced_code = i.enhanced_code,
      smtp_reply = i.smtp_reply, error = i.error, finished_at = i.at
    from locked i
    where a.attempt_id = i.attempt_id and a.token = i.token
      and case when i.late then a.outcome in ('uncertain', 'provider_accepted') else a.status = 'in_progress' end
    returning a.number, a.lane, i.*
  ),
  cancelled as (
    update attempts a set status = 'ended', outcome = 'cancelled', finished_at = date_trunc('milliseconds', now())
    where a.delivery_id = any(array(select delivery_id from settled where cancel_retry)) and a.status in ('scheduled', 'claimed')
    returning a.delivery_id
  ),
  retried as (
    insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at, schedule_position, trouble_since)
    select retry_attempt_id, delivery_id, number + 1, lane, 'scheduled', at + delay_ms * interval '1 millisecond',
      schedule_position, trouble_since
    from settled where next = 'retry'
  ),
  told as (
    update delivery_recipients r set outcome = t.outcome, smtp_code = coalesce(t.smtp_code, r.smtp_code),
      enhanced_code = case when t.smtp_code is null then r.enhanced_code else t.enhanced_code end,
      smtp_reply = case when t.smtp_code is null then r.smtp_reply else t.smtp_reply end
    from unnest($20::uuid[], $21::smallint[], $22::text[], $23::smallint[], $24::text[], $25::text[])
      as t(delivery_id, position, outcome, smtp_code, enhanced_code, smtp_reply)
    where (t.delivery_id in (select delivery_id from settled)) is true and r.delivery_id = t.delivery_id and r.position = t.position
  ),
  moving as materialized (
    select *, next = 'end' and (not cancel_retry or delivery_id in (select delivery_id from cancelled)) as ends from settled
  ),
  moved as (
    update deliveries d set revision = d.revision + 1, status = case when m.ends then m.status else d.status end,
      end_reason = case when m.ends then m.end_reason else d.end_reason end, ended_at = case when m.ends then m.at else d.ended_at end
    from moving m where d.delivery_id = m.delivery_id
  ),
  buried as (
    insert into dead_letters (delivery_id, reason, attempts, smtp_code, enhanced_code, smtp_reply, error, created_at)
    select delivery_id, end_reason, number, smtp_code, enhanced_code, smtp_reply, error, at from moving where ends and status = 'dead_letter'
  ),
  purged as (
    update delivery_payloads p set secret_variables = null, content_purged_at = m.at
    from moving m where m.ends and p.delivery_id = m.delivery_id and p.secret_variables is not null
  ),
  secret_keys as materialized (
    select k.scope, k.idempotency_key from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from moving where ends)) and k.secret_hash is not null
    order by k.scope, k.idempotency_key for no key update of k
  ),
  forgotten as (
    update idempotency_keys k set secret_salt = null, secret_hash = null
    from secret_keys s where k.scope = s.scope and k.idempotency_key = s.idempotency_key
  )`;

const INDEXES = ['deliveries_pkey', 'attempts_pkey'];
const recordSettlements = statement<{ attempt_id: string; ends: boolean }>(
  'record_settlements',
  INDEXES,
  `with ${input}, ${LOCKED_AS_A_WHOLE}, ${settled} select attempt_id, ends from moving`,
);

// The same, and takes up to $26 attempts: one round trip and one commit for both.
// The attempts that were not written, seldom any, come with every row, and a row is there also when nothing was taken.
// Not for settlements that cancel a retry: the retry may be among what is taken, and one statement changes a row but once.
const { taken, attempts } = takeParts('$26', '$27', '$28::uuid[]');
const recordAndTake = statement<TakenAttempt & { unwritten: string[] | null }>(
  'record_and_take',
  [...INDEXES, 'attempts_claimed_idx'],
  `with ${input}, ${lockedOf('locked')}, ${settled}, ${taken},
  unwritten as (select array_agg(attempt_id) as unwritten from input where (attempt_id in (select attempt_id from settled)) is not true)
  select u.unwritten, a.* from unwritten u left join lateral (${attempts}) as a on true`,
);

const lineOf = (reply: SmtpReply | null): string | null => (reply === null ? null : replyLine(reply));

/** At most one settlement a delivery in one call. Returns of each attempt that was written whether its delivery ended by it. */
export async function insertSettlements(runner: Runner, settlements: readonly SettledAttempt[]): Promise<Map<string, boolean>> {
  const rows = await run(runner, recordSettlements, columnsOf(settlements));
  return new Map(rows.map(({ attempt_id, ends }) => [attempt_id, ends]));
}

/** As `insertSettlements`, of settlements none of which cancels a retry, and takes up to `limit` attempts, none of `but`. */
export async function insertSettlementsAndTake(
  runner: Runner,
  settlements: readonly SettledAttempt[],
  limit: number,
  workerId: string,
  but: readonly string[],
): Promise<{ written: Set<string>; taken: TakenAttempt[] }> {
  const rows = await run(runner, recordAndTake, [...columnsOf(settlements), limit, workerId, but]);
  const written = new Set(settlements.map(({ attemptId }) => attemptId));
  for (const id of rows[0]?.unwritten ?? []) written.delete(id);
  return { written, taken: rows.filter(({ attempt_id }) => attempt_id !== null) };
}

function columnsOf(settlements: readonly SettledAttempt[]): unknown[] {
  const column = <T>(of: (attempt: SettledAttempt) => T): T[] => settlements.map(of);
  const recipients = settlements.flatMap(({ deliveryId, settlement }) =>
    settlement.recipients.map((recipient) => ({ deliveryId, ...recipient })),
  );
  return [
    arrayOf.uuid(column((a) => a.attemptId)),
    arrayOf.uuid(column((a) => a.deliveryId)),
    arrayOf.uuid(column((a) => a.token)),
    arrayOf.int4(column((a) => a.revision)),
    arrayOf.bool(column((a) => a.late)),
    arrayOf.text(column((a) => a.settlement.attempt.outcome)),
    arrayOf.text(column((a) => a.settlement.attempt.phase)),
    arrayOf.int2(column((a) => a.settlement.attempt.reply?.code ?? null)),
    arrayOf.text(column((a) => a.settlement.attempt.reply?.enhanced ?? null)),
    arrayOf.text(column((a) => lineOf(a.settlement.attempt.reply))),
    arrayOf.text(column((a) => a.settlement.attempt.error)),
    arrayOf.text(column((a) => a.settlement.next.kind)),
    arrayOf.text(column((a) => (a.settlement.next.kind === 'end' ? a.settlement.next.status : null))),
    arrayOf.text(column((a) => (a.settlement.next.kind === 'end' ? a.settlement.next.reason : null))),
    arrayOf.int8(column((a) => (a.settlement.next.kind === 'retry' ? a.settlement.next.delayMs : null))),
    arrayOf.uuid(column((a) => a.retryAttemptId)),
    arrayOf.int2(column((a) => (a.settlement.next.kind === 'retry' ? a.settlement.next.schedulePosition : null))),
    arrayOf.timestamptz(
      column((a) => (a.settlement.next.kind === 'retry' ? (a.settlement.next.troubleSince?.toISOString() ?? null) : null)),
    ),
    arrayOf.bool(column((a) => a.settlement.cancelUnstartedRetry)),
    arrayOf.uuid(recipients.map(({ deliveryId }) => deliveryId)),
    arrayOf.int2(recipients.map(({ position }) => position)),
    arrayOf.text(recipients.map(({ outcome }) => outcome)),
    arrayOf.int2(recipients.map(({ reply }) => reply?.code ?? null)),
    arrayOf.text(recipients.map(({ reply }) => reply?.enhanced ?? null)),
    arrayOf.text(recipients.map(({ reply }) => lineOf(reply))),
  ];
}
