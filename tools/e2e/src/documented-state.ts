import type { MailSystem } from './mail-system.js';

export const DOCUMENTED = {
  sent: '019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e',
  queued: '019ab5c1-1c44-7d21-8a0b-64f2be1a9d10',
  malformed: '019ab5c2-4be0-7a13-b6f1-2c9d83e05a47',
  plan: '019ab5c6-2f0e-7c3a-9d55-0a3f6b1f2c7e',
  stream: 'mail:delivery_commands',
} as const;

const REPLY = `250, '2.0.0', '250 2.0.0 Ok: queued as 4XyZ'`;
const CONTENT = JSON.stringify({
  body: { mode: 'rendered', subject: 'Hello', text: 'It works.', html: null },
  reply_to: [],
  headers: {},
  attachments: [{ filename: 'export.csv', content_type: 'text/csv; charset=utf-8', content_base64: 'YSxiCg==' }],
});
const COMMAND = '{"to":["ada@example.com"],"content":{"mode":"rendered","subject":"Hello","text":"It works."}}';

const SQL = [
  `insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, tags, message_id, from_email, from_name,
    created_at, ended_at, on_uncertain) values
  ('${DOCUMENTED.sent}', 'shop', 'welcome-42', 'sent', 'provider_accepted', 'normal', '{"tenant":"acme"}', '<42@galaxy.example>', 'mail@galaxy.example',
    'Galaxy', now() - interval '1 minute', now() - interval '59 seconds', 'retry'),
  ('${DOCUMENTED.queued}', 'shop', 'welcome-43', 'queued', null, 'high', '{}', '<43@galaxy.example>', 'mail@galaxy.example', null,
    now() - interval '1 minute', null, 'retry')`,
  `insert into delivery_recipients (delivery_id, position, address, kind, outcome, smtp_code, enhanced_code, smtp_reply) values
  ('${DOCUMENTED.sent}', 0, 'ada@example.com', 'to', 'accepted', ${REPLY}),
  ('${DOCUMENTED.sent}', 1, 'grace@example.com', 'cc', 'refused', 550, '5.1.1', '550 5.1.1 no such user'),
  ('${DOCUMENTED.queued}', 0, 'ada@example.com', 'to', 'pending', 450, '4.2.1', '450 4.2.1 later')`,
  `insert into delivery_tags (delivery_id, name, value, created_at) values ('${DOCUMENTED.sent}', 'tenant', 'acme', now() - interval '1 minute')`,
  `insert into delivery_payloads (delivery_id, content) values ('${DOCUMENTED.sent}', '${CONTENT}'), ('${DOCUMENTED.queued}', '${CONTENT}')`,
  `insert into attempts (attempt_id, delivery_id, number, lane, status, outcome, scheduled_at, claimed_at, started_at, finished_at, worker_id, token,
    phase, smtp_code, enhanced_code, smtp_reply) values
  (gen_random_uuid(), '${DOCUMENTED.sent}', 1, 1, 'ended', 'provider_accepted', now(), now(), now(), now(), 'worker-0:17:5f3a9c01', gen_random_uuid(),
    'final', ${REPLY}),
  (gen_random_uuid(), '${DOCUMENTED.queued}', 1, 0, 'ended', 'transient_rejected', now(), now(), now(), now(), 'worker-0:17:5f3a9c01', gen_random_uuid(),
    'rcpt', 450, '4.2.1', '450 4.2.1 later'),
  (gen_random_uuid(), '${DOCUMENTED.queued}', 2, 0, 'scheduled', null, now() + interval '1 hour', null, null, null, null, null, null, null, null, null)`,
  `insert into dead_letters (delivery_id, reason, attempts, smtp_code, enhanced_code, smtp_reply, created_at)
  values ('${DOCUMENTED.sent}', 'transient_rejected', 6, 450, '4.2.1', '450 4.2.1 later', now())`,
  `insert into malformed_commands (malformed_id, stream, incarnation, entry_id, source, idempotency_key, raw, raw_bytes, code, reason, faults, created_at)
  values ('${DOCUMENTED.malformed}', '${DOCUMENTED.stream}', 1, '1767323045000-0', 'shop', 'welcome-44', convert_to('${COMMAND}', 'UTF8'),
    ${COMMAND.length}, 'unknown_template', 'r', '[{"pointer":"/content/template_id","detail":"is not in the catalog"}]', now())`,
  `insert into stream_offsets (stream, last_id, consumed, accepted, malformed, missed, halted_at, updated_at, lease_holder, lease_expires_at)
  values ('${DOCUMENTED.stream}', '1767323045000-3', 3, 2, 1, 4, now(), now(), 'consumer-0', now())`,
  `insert into stream_incidents (incident_id, stream, incarnation, kind, offset_id, detail, detected_at)
  values (gen_random_uuid(), '${DOCUMENTED.stream}', 1, 'went_backwards', '1767323045000-3', '{"last_generated_id":"1-0"}', now())`,
  `insert into operator_actions (action_id, operator, action, delivery_ids, detail, created_at)
  values (gen_random_uuid(), 'Ada Lovelace', 'cancel', array['${DOCUMENTED.queued}'::uuid], '{"status":"cancelled"}', now())`,
  `insert into resend_plans (plan_id, idempotency_key, fingerprint, operator, status, filter, include_resent, rate_per_second, from_email, created_at,
    frozen_at, total, resendable, counts)
  values ('${DOCUMENTED.plan}', 'before', '\\x01', 'Ada Lovelace', 'ready', '{"source":"shop","status":["failed"]}', false, 50, 'mail@galaxy.example',
    now(), now(), 3, 2, '{"by_template":{"":2},"by_age":{"up_to_1d":2},"by_last_outcome":{"":2},"not_resendable":{"expired":1}}')`,
];

/** Stores what the examples of the OpenAPI document speak of. */
export async function storeDocumentedState({ database }: Pick<MailSystem, 'database'>): Promise<void> {
  for (const sql of SQL) await database.client.query(sql);
}
