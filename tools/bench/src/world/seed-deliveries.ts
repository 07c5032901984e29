import type { StoredContent } from '@mail/domain';
import pg from 'pg';
import { benchMail } from './bench-mail.ts';

/** How rows are there: long finished, or waiting in the bulk lane. */
export type SeededAs = 'finished' | 'backlog';

/** Rows of one transaction: enough to be quick, and few enough that progress is seen. */
const CHUNK = 50_000;

// What the service leaves behind for a mail of one recipient by HTTP, of the content that everybody sends: $1 is the first number, $2 the
// last, $3 the content, $4 whether they have ended, over the last days.
const SEED = `with numbered as materialized (
    select n, uuidv7(at - now()) as id, $4::boolean as ended, at
    from (select n, case when $4 then now() - interval '1 hour' - n * interval '100 milliseconds' else now() end as at from generate_series($1::int, $2::int) n) n
  ), delivery as (
    insert into deliveries (delivery_id, source, idempotency_key, status, end_reason, priority, message_id, from_email, from_name, created_at, ended_at, on_uncertain)
    select id, 'bench', 'seed-' || n, case when ended then 'sent' else 'queued' end, case when ended then 'provider_accepted' end,
      case when ended then 'normal' else 'bulk' end, '<' || id || '@galaxy.example>', 'no-reply@galaxy.example', 'Galaxy', at,
      case when ended then at + interval '1 second' end, 'retry'
    from numbered
  ), recipient as (
    insert into delivery_recipients (delivery_id, position, address, kind, outcome, smtp_code, smtp_reply, created_at)
    select id, 0, 'm' || (200000000 + n) || '@bench.example', 'to', case when ended then 'accepted' else 'pending' end,
      case when ended then 250 end, case when ended then '2.0.0 taken' end, at
    from numbered
  ), payload as (
    insert into delivery_payloads (delivery_id, content) select id, $3::jsonb from numbered
  ), attempt as (
    insert into attempts (attempt_id, delivery_id, number, lane, status, outcome, scheduled_at, claimed_at, started_at, finished_at, worker_id, token,
      smtp_code, smtp_reply)
    select gen_random_uuid(), id, 1, case when ended then 1 else 2 end, case when ended then 'ended' else 'scheduled' end,
      case when ended then 'provider_accepted' end, at, case when ended then at end, case when ended then at end,
      case when ended then at + interval '1 second' end, case when ended then 'seed' end, case when ended then gen_random_uuid() end,
      case when ended then 250 end, case when ended then '2.0.0 taken' end
    from numbered
  )
  insert into idempotency_keys (scope, idempotency_key, fingerprint, secret_names, delivery_id, outcome, created_at, expires_at)
  select 'bench', 'seed-' || n, sha256(id::text::bytea), '{}', id, 'queued', at, at + interval '7 days' from numbered`;

/** As acceptance stores it. */
function contentOf(number: number): StoredContent {
  const { subject, text, html } = benchMail(number);
  return { body: { mode: 'rendered', subject, text, html }, reply_to: [], headers: {}, attachments: [] };
}

/** Fills a database with so many deliveries, and has the planner look at them. */
export async function seedDeliveries(
  dsn: string,
  count: number,
  { as, progress }: { as: SeededAs; progress: (done: number) => void },
): Promise<void> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    for (let from = 1; from <= count; from += CHUNK) {
      const to = Math.min(count, from + CHUNK - 1);
      await client.query(SEED, [from, to, JSON.stringify(contentOf(from)), as === 'finished']);
      progress(to);
    }
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

// By a table of its own, whose size the planner is told: it takes a common table expression for a few rows, and compares each with each.
const FINISH = [
  'begin',
  `create temporary table ended on commit drop as select delivery_id from deliveries where status = 'queued'`,
  'analyze ended',
  `update deliveries d set status = 'sent', end_reason = 'provider_accepted', ended_at = now() from ended e where d.delivery_id = e.delivery_id`,
  `update delivery_recipients r set outcome = 'accepted' from ended e where r.delivery_id = e.delivery_id`,
  `update attempts a set status = 'ended', outcome = 'provider_accepted', claimed_at = now(), started_at = now(), finished_at = now()
  from ended e where a.delivery_id = e.delivery_id and a.status <> 'ended'`,
  'commit',
  'vacuum analyze',
];

/** Marks whatever is queued as sent, so that the next measurement begins with nothing to do. No process may run on the database. */
export async function finishQueued(dsn: string): Promise<void> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    for (const sql of FINISH) await client.query(sql);
  } finally {
    await client.end();
  }
}
