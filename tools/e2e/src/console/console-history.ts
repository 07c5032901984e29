import type { MailSystem } from '../mail-system.js';

/**
 * An hour of deliveries that have ended, as a service leaves them behind: most were sent, some bounced, and for some minutes the mail
 * server had trouble. Everything is derived from the number of the row, so that the pages look the same each time.
 */
const FACTS = `create temporary table history as
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8' || substr(hash, 4, 15))::uuid as id, n, at, status,
    (array['shop', 'game', 'game', 'billing'])[1 + n % 4] as source, (array['notification.generic', 'game.turn_ready', 'game.turn_ready', null])[1 + n % 4] as template_id,
    (array['ada', 'grace', 'alan', 'edsger', 'barbara', 'donald', 'katherine', 'linus'])[1 + n * 7 % 8] || '.' || n || '@example.' || (array['com', 'org', 'net'])[1 + n % 3] as address,
    (array['normal', 'normal', 'high', 'bulk'])[1 + n / 3 % 4] as priority
  from (
    select n, md5(n::text) as hash, date_trunc('milliseconds', now() - interval '1 second' * (n * 4.3 + 40 + 40 * sin(n / 23.0))) as at,
      case when n between 200 and 330 and n % 9 = 0 then 'dead_letter' when n % 61 = 7 then 'failed' when n % 149 = 11 then 'expired'
        when n % 173 = 5 then 'superseded' when n = 250 then 'uncertain' else 'sent' end as status
    from generate_series(1, 800) as numbers(n)
  ) as rows`;

const REPLY = `case status when 'sent' then '250 2.0.0 Ok: queued as ' || upper(substr(md5(n::text), 1, 10)) when 'failed' then '550 5.1.1 <' || address || '>: Recipient address rejected: User unknown'
  when 'dead_letter' then '451 4.3.0 Temporary lookup failure' end`;
const CODE = `case status when 'sent' then 250 when 'failed' then 550 when 'dead_letter' then 451 end`;
const ENHANCED = `case status when 'sent' then '2.0.0' when 'failed' then '5.1.1' when 'dead_letter' then '4.3.0' end`;
const CONTENT = `jsonb_build_object('body', jsonb_build_object('mode', 'rendered', 'subject', 'Your order ' || n, 'text', 'Thank you for your order.', 'html', '<p style="color:#225522">Thank you for your order.</p>'),
  'reply_to', '[]'::jsonb, 'headers', '{}'::jsonb, 'attachments', '[]'::jsonb)`;

const SQL = [
  FACTS,
  `insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, template_id, locale, tags, message_id, from_email, from_name, created_at,
    expires_at, ended_at, superseded_by, on_uncertain)
  select id, source, source || '-order-' || n, status, case status when 'sent' then 'provider_accepted' when 'failed' then 'permanent_rejected'
      when 'dead_letter' then 'retry_schedule_used_up' when 'expired' then 'expires_at_passed' when 'superseded' then 'superseded' else 'on_uncertain_hold' end,
    priority, null, null, jsonb_build_object('tenant', (array['acme', 'globex', 'initech'])[1 + n % 3]), '<' || id || '@galaxy.example>', 'mail@galaxy.example', 'Galaxy',
    at - interval '400 milliseconds', case status when 'expired' then at end, at, case status when 'superseded' then gen_random_uuid() end, case status when 'uncertain' then 'hold' else 'retry' end
  from history`,
  `insert into delivery_recipients (delivery_id, position, address, kind, outcome, smtp_code, enhanced_code, smtp_reply, created_at)
  select id, 0, address, 'to', case status when 'sent' then 'accepted' when 'failed' then 'refused' when 'uncertain' then 'uncertain' else 'abandoned' end,
    ${CODE}, ${ENHANCED}, ${REPLY}, at from history`,
  `insert into delivery_payloads (delivery_id, content) select id, ${CONTENT} from history`,
  `insert into attempts (attempt_id, delivery_id, number, lane, status, outcome, scheduled_at, claimed_at, started_at, finished_at, worker_id, token, phase, smtp_code,
    enhanced_code, smtp_reply)
  select gen_random_uuid(), id, number, 1, 'ended', case status when 'sent' then 'provider_accepted' when 'failed' then 'permanent_rejected' when 'uncertain' then 'uncertain'
      else 'transient_rejected' end,
    at - interval '396 milliseconds' - back, at - interval '382 milliseconds' - back, at - interval '377 milliseconds' - back, at - back, 'worker-' || n % 2 || ':17:5f3a9c01',
    gen_random_uuid(), case status when 'sent' then 'final' when 'uncertain' then 'final' else 'rcpt' end, ${CODE}, ${ENHANCED}, ${REPLY}
  from history, generate_series(1, case status when 'dead_letter' then 3 else 1 end) as tries(number),
    lateral (select interval '5 minutes' * case status when 'dead_letter' then 3 - number else 0 end) as delay(back) where status not in ('expired', 'superseded')`,
  `insert into dead_letters (delivery_id, reason, attempts, smtp_code, enhanced_code, smtp_reply, created_at)
  select id, 'transient_rejected', 3, ${CODE}, ${ENHANCED}, ${REPLY}, at from history where status = 'dead_letter'`,
  `drop table history`,
];

export async function storeHistory({ database }: Pick<MailSystem, 'database'>): Promise<void> {
  for (const sql of SQL) await database.client.query(sql);
}
