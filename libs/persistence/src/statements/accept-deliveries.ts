import type { NewDelivery } from '@mail/domain';
import { arrayOf } from '../binary-array.js';
import { run, statement, type Runner } from '../statement.js';

/** How a new delivery begins: `queued` with its first attempt scheduled, or at its end already. */
export interface AcceptedRow {
  readonly delivery_id: string;
  readonly outcome: 'queued' | 'suppressed' | 'expired';
}

// Stores new deliveries with their keys, recipients, tags, payloads and first attempts; at most one a key. Returns those that are
// new. A key that is taken and still remembered yields no row (the caller reads it then, in a statement of its own, since
// a concurrent winner is not visible in this one), and is not waited for, whoever has locked it; a key whose time has passed and whose delivery has ended is given anew.
// Served by idempotency_keys_pkey. Keys are inserted in order, so that two batches never wait for each other in a ring.
// Time is the server's: it decides whether a command is past its expiry. $35 and $36 are the stream that the batch came from.
const acceptDeliveries = statement<AcceptedRow>(
  'accept_deliveries',
  ['idempotency_keys_pkey'],
  `with input as materialized (
    select *, date_trunc('milliseconds', now()) as at
    from unnest(
      $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::text[], $9::text[], $10::jsonb[],
      $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::timestamptz[], $16::bigint[], $17::text[], $18::text[], $19::uuid[],
      $20::text[], $21::text[], $22::bytea[], $23::jsonb[], $24::bytea[], $25::bytea[], $26::jsonb[], $27::jsonb[], $28::boolean[], $29::uuid[],
      $37::bytea[]
    ) as t(
      delivery_id, scope, source, idempotency_key, priority, lane, template_id, locale, template_hash, tags,
      message_id, from_email, from_name, deliver_at, expires_at, expires_in_ms, supersede_key, on_uncertain, resend_of,
      traceparent, tracestate, fingerprint, secret_names, secret_salt, secret_hash, content, secret_variables, suppressed, attempt_id,
      secret_mac
    )
  ),
  dated as (
    select *,
      coalesce(expires_at, at + expires_in_ms * interval '1 millisecond') as ends_by,
      case
        when suppressed then 'suppressed'
        when coalesce(expires_at, at + expires_in_ms * interval '1 millisecond') <= at then 'expired'
        else 'queued'
      end as outcome
    from input
  ),
  keys as (
    insert into idempotency_keys
      (scope, idempotency_key, fingerprint, secret_names, secret_salt, secret_hash, secret_mac, delivery_id, outcome, created_at, expires_at)
    select scope, idempotency_key, fingerprint, case when secret_names is null then '{}' else array(select jsonb_array_elements_text(secret_names)) end,
      case when outcome = 'queued' then secret_salt end, case when outcome = 'queued' then secret_hash end, secret_mac,
      delivery_id, outcome, at, at + $30::bigint * interval '1 millisecond'
    from dated
    where ((select k.expires_at from idempotency_keys k where k.scope = dated.scope and k.idempotency_key = dated.idempotency_key) > now()) is not true
    order by scope, idempotency_key
    on conflict (scope, idempotency_key) do update set
      fingerprint = excluded.fingerprint, secret_names = excluded.secret_names, secret_salt = excluded.secret_salt,
      secret_hash = excluded.secret_hash, secret_mac = excluded.secret_mac, delivery_id = excluded.delivery_id, outcome = excluded.outcome,
      created_at = excluded.created_at, expires_at = excluded.expires_at
    where idempotency_keys.expires_at <= now()
      -- A scalar, which is looked up by key: "not exists" may become a hash of every queued delivery.
      and coalesce((select d.status from deliveries d where d.delivery_id = idempotency_keys.delivery_id), 'gone') <> 'queued'
    returning delivery_id
  ),
  fresh as materialized (select * from dated where (delivery_id in (select delivery_id from keys)) is true),
  new_deliveries as (
    insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, template_id, locale, template_hash, tags, message_id,
      from_email, from_name, created_at, deliver_at, expires_at, ended_at, resend_of, supersede_key, on_uncertain, traceparent, tracestate,
      stream, stream_incarnation)
    select delivery_id, source, idempotency_key, outcome,
      case outcome when 'suppressed' then 'stub_mode' when 'expired' then 'expires_at_passed' end,
      priority, template_id, locale, template_hash, tags, message_id, from_email, from_name, at, deliver_at, ends_by,
      case when outcome <> 'queued' then at end, resend_of, supersede_key, on_uncertain, traceparent, tracestate, $35, $36::int
    from fresh
  ),
  new_recipients as (
    insert into delivery_recipients (delivery_id, position, address, kind, outcome, created_at)
    select delivery_id, position, address, kind,
      case
        when delivery_id in (select delivery_id from fresh where outcome = 'queued') then 'pending'
        when delivery_id in (select delivery_id from fresh where outcome = 'suppressed') then 'suppressed'
        else 'abandoned'
      end,
      date_trunc('milliseconds', now())
    from unnest($31::uuid[], $32::smallint[], $33::text[], $34::text[]) as r(delivery_id, position, address, kind)
    where (delivery_id in (select delivery_id from fresh)) is true
  ),
  new_tags as (
    insert into delivery_tags (delivery_id, name, value, created_at)
    select delivery_id, tag.key, tag.value, at from fresh, jsonb_each_text(tags) as tag
  ),
  new_payloads as (
    insert into delivery_payloads (delivery_id, content, secret_variables, content_purged_at)
    select delivery_id, content, case when outcome = 'queued' then secret_variables end,
      case when outcome <> 'queued' and secret_variables is not null then at end
    from fresh
  ),
  new_attempts as (
    insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at)
    select attempt_id, delivery_id, 1, lane, 'scheduled', greatest(at, deliver_at)
    from fresh where outcome = 'queued'
  )
  select delivery_id, outcome from fresh`,
);

/** The stream whose counters count a delivery as accepted. */
export interface CountedBy {
  readonly stream: string;
  readonly incarnation: number;
}

/**
 * At most one of `deliveries` may have a given scope and key. Keys are remembered for `idempotencyTtlMs` at least. `countedBy` is
 * `null` for what came by another door.
 */
export async function insertDeliveries(
  runner: Runner,
  deliveries: readonly NewDelivery[],
  idempotencyTtlMs: number,
  countedBy: CountedBy | null,
): Promise<AcceptedRow[]> {
  const column = <T>(of: (delivery: NewDelivery) => T): T[] => deliveries.map(of);
  const recipients = deliveries.flatMap(({ deliveryId, recipients }) => recipients.map((recipient) => ({ deliveryId, ...recipient })));
  return run(runner, acceptDeliveries, [
    arrayOf.uuid(column((d) => d.deliveryId)),
    arrayOf.text(column((d) => d.scope)),
    arrayOf.text(column((d) => d.source)),
    arrayOf.text(column((d) => d.idempotencyKey)),
    arrayOf.text(column((d) => d.priority)),
    arrayOf.int2(column((d) => d.lane)),
    arrayOf.text(column((d) => d.templateId)),
    arrayOf.text(column((d) => d.locale)),
    arrayOf.text(column((d) => d.templateHash)),
    arrayOf.jsonb(column((d) => JSON.stringify(d.tags))),
    arrayOf.text(column((d) => d.messageId)),
    arrayOf.text(column((d) => d.from.email)),
    arrayOf.text(column((d) => d.from.name)),
    arrayOf.timestamptz(column((d) => d.deliverAt)),
    arrayOf.timestamptz(column((d) => d.expiresAt)),
    arrayOf.int8(column((d) => d.expiresInMs)),
    arrayOf.text(column((d) => d.supersedeKey)),
    arrayOf.text(column((d) => d.onUncertain)),
    arrayOf.uuid(column((d) => d.resendOf)),
    arrayOf.text(column((d) => d.traceparent)),
    arrayOf.text(column((d) => d.tracestate)),
    arrayOf.bytea(column((d) => d.fingerprint)),
    arrayOf.jsonb(column((d) => (d.secretNames.length === 0 ? null : JSON.stringify(d.secretNames)))),
    arrayOf.bytea(column((d) => d.secretSalt)),
    arrayOf.bytea(column((d) => d.secretHash)),
    arrayOf.jsonb(column((d) => JSON.stringify(d.content))),
    arrayOf.jsonb(column((d) => (d.secretVariables === null ? null : JSON.stringify(d.secretVariables)))),
    arrayOf.bool(column((d) => d.suppressed)),
    arrayOf.uuid(column((d) => d.attemptId)),
    idempotencyTtlMs,
    arrayOf.uuid(recipients.map(({ deliveryId }) => deliveryId)),
    arrayOf.int2(recipients.map(({ position }) => position)),
    arrayOf.text(recipients.map(({ address }) => address)),
    arrayOf.text(recipients.map(({ kind }) => kind)),
    countedBy?.stream ?? null,
    countedBy?.incarnation ?? null,
    arrayOf.bytea(column((d) => d.secretMac)),
  ]);
}
