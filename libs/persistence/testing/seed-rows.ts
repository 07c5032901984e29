import type { SpecDatabase } from './spec-database.js';

// 20 000 deliveries, as a busy service has them after some weeks: one in 20 is queued, the rest has ended long ago.
const ROWS = [
  `insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, template_id, locale, template_hash, tags,
    message_id, from_email, created_at, expires_at, ended_at, resend_of, supersede_key, on_uncertain)
  select gen_random_uuid(), 'source-' || n % 7, 'key-' || n, case when queued then 'queued' else 'sent' end, case when not queued then 'provider_accepted' end,
    'normal', case when n % 4 > 0 then 'template-' || n % 4 end, case when n % 4 > 0 then 'en' end, case when n % 4 > 0 then 'h' end,
    jsonb_build_object('tenant', 'tenant-' || n % 9), '<m>', 'f@x.example', at, case when n % 2 = 0 then at + interval '1 hour' end, case when not queued then at + interval '1 minute' end,
    case when n % 50 = 1 then gen_random_uuid() end, case when n % 3 = 0 then 'address-' || n % 5000 end, 'retry'
  from (select n, n % 20 = 0 as queued, now() - n * interval '1 minute' as at from generate_series(1, 20000) n) as numbered`,
  `insert into delivery_recipients (delivery_id, position, address, kind, outcome, created_at)
  select delivery_id, position, 'a' || position || '@x.example', 'to', case when status = 'queued' then 'pending' else 'accepted' end, created_at
  from deliveries, generate_series(0, 1) position`,
  `insert into delivery_tags (delivery_id, name, value, created_at)
  select delivery_id, tag.key, tag.value, created_at from deliveries, jsonb_each_text(tags) tag`,
  `insert into delivery_payloads (delivery_id, content, secret_variables)
  select delivery_id, jsonb_build_object('body', repeat('x', 200)), case when status = 'queued' then '{"code":"1"}'::jsonb end from deliveries`,
  `insert into attempts (attempt_id, delivery_id, number, lane, status, outcome, scheduled_at, claimed_at, started_at, finished_at, worker_id, token)
  select gen_random_uuid(), delivery_id, 1, (row_number() over ()) % 3, 'ended', 'transient_rejected', created_at, created_at, created_at, created_at, 'w', gen_random_uuid()
  from deliveries`,
  `insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at, claimed_at, started_at, worker_id, token)
  select gen_random_uuid(), delivery_id, 2, n % 3, status, created_at + interval '10 days' * (n % 2), case when status <> 'scheduled' then now() end,
    case when status = 'in_progress' then created_at end, case when status = 'in_progress' then 'w' end, case when status = 'in_progress' then gen_random_uuid() end
  from (select *, case n % 10 when 8 then 'claimed' when 9 then 'in_progress' else 'scheduled' end as status
    from (select delivery_id, created_at, row_number() over () as n from deliveries where status = 'queued') as numbered) as live`,
  `insert into idempotency_keys (scope, idempotency_key, fingerprint, secret_names, secret_salt, secret_hash, delivery_id, outcome, created_at, expires_at)
  select source, idempotency_key, '\\x01', '{code}', case when status = 'queued' then '\\x01'::bytea end, case when status = 'queued' then '\\x01'::bytea end,
    delivery_id, 'queued', created_at, created_at + interval '7 days'
  from deliveries`,
  `insert into dead_letters (delivery_id, reason, attempts, created_at) select delivery_id, 'r', 1, created_at from deliveries limit 5000`,
  `insert into deleted_deliveries (stream, incarnation, deleted, newest_created_at) select 'stream-' || n, 1, 1, now() from generate_series(1, 5000) n`,
  `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, raw_bytes, code, reason, created_at)
  select gen_random_uuid(), 's', 1, n || '-0', 0, 'malformed_json', 'r', now() - n * interval '1 minute' from generate_series(1, 5000) n`,
  `insert into operator_actions (action_id, operator, action, delivery_ids, created_at)
  select gen_random_uuid(), 'operator-' || n % 9, 'action-' || n % 5, array[gen_random_uuid()], now() - n * interval '1 minute' from generate_series(1, 20000) n`,
  `insert into resend_plans (plan_id, idempotency_key, fingerprint, operator, status, end_reason, filter, include_resent, rate_per_second, from_email,
    created_at, frozen_at, ended_at)
  select gen_random_uuid(), 'key-' || n, '\\x01', 'operator', case when over then 'done' else 'running' end, case when over then 'all_tried' end,
    '{"status":["failed"]}', false, 50, 'f@x.example', at, at, case when over then at end
  from (select n, n % 100 > 0 as over, now() - n * interval '1 minute' as at from generate_series(1, 5000) n) as numbered`,
  `insert into resend_plan_items (plan_id, delivery_id, status)
  select (array(select plan_id from resend_plans order by plan_id limit 100))[1 + n % 100], delivery_id, 'pending'
  from (select delivery_id, row_number() over () as n from deliveries) as numbered`,
  `insert into stream_offsets (stream, updated_at) select 'stream-' || n, now() from generate_series(1, 5000) n`,
  `insert into stream_incidents (incident_id, stream, incarnation, kind, offset_id, detail, detected_at)
  select gen_random_uuid(), stream, 1, 'gap', '0-0', '{}', now() from stream_offsets`,
  `insert into template_versions (template_id, template_hash, version, recorded_at) select 'template-' || n, 'h', '{}', now() from generate_series(1, 5000) n`,
  `insert into compiled_bodies (source_hash, html, recorded_at) select 'hash-' || n, repeat('x', 100), now() from generate_series(1, 5000) n`,
];

/** Fills every table with so many rows that the planner has to care. */
export async function seedRows(spec: SpecDatabase): Promise<void> {
  for (const sql of ROWS) await spec.rows(sql);
  await spec.rows('analyze');
}
