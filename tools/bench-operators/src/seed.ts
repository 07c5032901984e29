import pg from 'pg';
import { ACTED_ON, FREQUENT } from './lists.ts';

/** Rows of one transaction: enough to be quick, and few enough that progress is seen. */
const CHUNK = 50_000;

// The deliveries $1 to $2 of $3 (a few thousand at least) as lists see them, the newest last, over the sixty days up to 2026-01-10.
// Contents and keys are left out, since no list reads them. What is rare has as many rows in a large table as in a small one, or its
// page would be longer. "luck" is a number from 0 to 999 that depends on nothing but the row.
const DELIVERIES = `with numbered as materialized (
    select n, uuidv7(at - now()) as id, at, luck,
      case when luck < 960 then 'sent' when luck < 975 then 'failed' when luck < 985 then 'dead_letter' when luck < 990 then 'uncertain'
        when luck < 994 then 'expired' when luck < 997 then 'cancelled' when luck < 999 then 'suppressed' else 'queued' end as status
    from (
      select n, date_trunc('milliseconds', timestamptz '2026-01-10' - ($3::int - n) * (interval '60 days' / $3::int)) as at,
        (hashint8(n)::bigint + 2147483648) % 1000 as luck
      from generate_series($1::int, $2::int) n
    ) as dated
  ), delivery as (
    insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, template_id, locale, template_hash, tags, message_id,
      from_email, created_at, expires_at, ended_at, on_uncertain)
    select id, case when n <= 100 then 'rare' else (array['shop', 'shop', 'shop', 'shop', 'shop', 'shop', 'game', 'game', 'auth', 'crm'])[1 + n % 10] end, case when n % 100 = 0 then 'daily' else 'key-' || n end,
      status, case status when 'sent' then 'provider_accepted' when 'failed' then 'permanent_rejected' when 'dead_letter' then 'retry_schedule_used_up'
        when 'uncertain' then 'on_uncertain_hold' when 'expired' then 'expires_at_passed' when 'cancelled' then 'cancelled_by_operator'
        when 'suppressed' then 'stub_mode' end,
      case when n % 10 = 8 then 'high' else 'normal' end, case when n % 3 > 0 then (array['game.turn_ready', 'notification.generic'])[n % 3] end,
      case when n % 3 > 0 then 'en' end, case when n % 3 > 0 then 'sha256:1' end,
      jsonb_build_object('tenant', case when n % 4 = 0 then 'large' else 'tenant-' || (hashint8(n * 7)::bigint + 2147483648) % ($3::int / 200) end), '<' || id || '@example.com>',
      'mail@example.com', at, case when status = 'expired' then at end, case when status <> 'queued' then at + interval '2 seconds' end, 'retry'
    from numbered
  ), recipient as (
    insert into delivery_recipients (delivery_id, position, address, kind, outcome, smtp_code, smtp_reply, created_at)
    select id, 0, case when n % 20 = 0 then '${FREQUENT}' else 'reader-' || (hashint8(n * 13)::bigint + 2147483648) % ($3::int / 100) || '@example.com' end, 'to',
      case status when 'queued' then 'pending' when 'sent' then 'accepted' else 'abandoned' end, case when status = 'sent' then 250 end,
      case when status = 'sent' then '250 2.0.0 taken' end, at
    from numbered
  ), tag as (
    insert into delivery_tags (delivery_id, name, value, created_at)
    select id, 'tenant', case when n % 4 = 0 then 'large' else 'tenant-' || (hashint8(n * 7)::bigint + 2147483648) % ($3::int / 200) end, at from numbered
  ), letter as (
    insert into dead_letters (delivery_id, reason, attempts, smtp_code, smtp_reply, created_at)
    select id, 'retry_schedule_used_up', 6, 450, '450 4.2.1 later', at from numbered where status = 'dead_letter'
  )
  insert into attempts (attempt_id, delivery_id, number, lane, status, outcome, scheduled_at, claimed_at, started_at, finished_at, worker_id, token, smtp_code,
    smtp_reply)
  select gen_random_uuid(), id, 1, case when n % 10 = 8 then 0 else 1 end, state, case when state = 'ended' then case status when 'sent' then 'provider_accepted' else 'transport_failed' end end,
    at, case when state <> 'scheduled' then at end, case when state <> 'scheduled' then at end, case when state = 'ended' then at + interval '2 seconds' end,
    case when state <> 'scheduled' then 'worker' end, case when state <> 'scheduled' then gen_random_uuid() end, case when status = 'sent' then 250 end,
    case when status = 'sent' then '250 2.0.0 taken' end
  from (select *, case when status <> 'queued' then 'ended' when n > $3::int - 20000 then 'in_progress' else 'scheduled' end as state from numbered) as tried`;

// What else operators list: $1 rows of each.
const OTHERS = [
  `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, source, raw_bytes, code, reason, created_at)
  select gen_random_uuid(), 'mail:delivery_commands', 1, n || '-0', 'shop', 200, 'validation_failed', 'one fault', timestamptz '2026-01-10' - n * interval '10 seconds'
  from generate_series(1, $1::int) n`,
  `insert into stream_offsets (stream, updated_at) select 'mail:delivery_commands', now() where $1::int > 0`,
  `insert into stream_incidents (incident_id, stream, incarnation, kind, offset_id, detail, detected_at, resolved_at)
  select gen_random_uuid(), 'mail:delivery_commands', 1, 'gap', n || '-0', '{}', timestamptz '2026-01-10' - n * interval '10 seconds', now() from generate_series(1, $1::int) n`,
  `insert into operator_actions (action_id, operator, action, delivery_ids, created_at)
  select gen_random_uuid(), (array['ada', 'ada', 'grace', 'edsger'])[1 + n % 4], (array['cancel', 'resend', 'resend'])[1 + n % 3],
    array[case when n % greatest($1::int / 5, 1) = 0 then '${ACTED_ON}'::uuid else gen_random_uuid() end], timestamptz '2026-01-10' - n * interval '10 seconds'
  from generate_series(1, $1::int) n`,
  `insert into resend_plans (plan_id, idempotency_key, fingerprint, operator, status, end_reason, filter, include_resent, rate_per_second, from_email, created_at,
    frozen_at, started_at, ended_at, total, resendable, resent, counts)
  select gen_random_uuid(), 'plan-' || n, '\\x01', 'ada', 'done', 'all_tried', '{"status":["dead_letter"]}', false, 50, 'mail@example.com', at, at, at, at, 9, 9, 9,
    '{"by_template":{"game.turn_ready":9},"by_age":{"up_to_1d":9},"by_last_outcome":{"transport_failed":9},"not_resendable":{}}'
  from (select n, timestamptz '2026-01-10' - n * interval '10 seconds' as at from generate_series(1, $1::int) n) as dated`,
];

const INDEXES = `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
  join pg_class t on t.oid = i.indrelid
  where t.relnamespace = 'public'::regnamespace and t.relname in ('deliveries', 'delivery_recipients', 'delivery_tags', 'attempts')
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`;

/** Fills a database with so many deliveries and what goes with them, and has the planner look at it. */
export async function seed(dsn: string, rows: number, note: (text: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    // Keys to other tables are not looked up, and indexes are built at once at the end: a tenth of the time.
    await client.query(`set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '256MB'`);
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(INDEXES);
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    for (let from = 1; from <= rows; from += CHUNK) {
      const to = Math.min(rows, from + CHUNK - 1);
      await client.query(DELIVERIES, [from, to, rows]);
      note(`${to} of ${rows}`);
    }
    for (const [index, { definition }] of indexes.entries()) {
      note(`index ${index + 1} of ${indexes.length}`);
      await client.query(definition);
    }
    for (const sql of OTHERS) await client.query(sql, [Math.ceil(rows / 10)]);
    note('vacuum');
    await client.query('vacuum analyze');
    await client.query('checkpoint');
    note(`${rows} deliveries`);
  } finally {
    await client.end();
  }
}
