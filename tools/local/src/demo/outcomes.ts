import type pg from 'pg';

/** What became of the run, by the tables. */
export interface DeliveryOutcome {
  readonly idempotency_key: string;
  readonly source: string;
  readonly delivery_id: string;
  readonly status: string;
  readonly end_reason: string | null;
  readonly message_id: string;
  readonly from_email: string;
  readonly attempts: number;
  readonly uncertain_attempts: number;
  readonly recipients_not_accepted: number;
  readonly secret_kept: boolean;
}

export interface StreamCounts {
  readonly consumed: number;
  readonly accepted: number;
  readonly replayed: number;
  readonly malformed: number;
}

export interface Refused {
  readonly idempotency_key: string | null;
  readonly code: string;
  readonly reason: string;
}

export interface StatusCount {
  readonly status: string;
  readonly count: number;
}

const OF_RUN = `starts_with(idempotency_key, $1 || '-')`;

export async function statusCounts(database: pg.Client, run: string): Promise<StatusCount[]> {
  const sql = `select status, count(*)::integer as count from deliveries where ${OF_RUN} group by status order by status`;
  return (await database.query<StatusCount>(sql, [run])).rows;
}

export async function streamCounts(database: pg.Client, stream: string): Promise<StreamCounts> {
  const sql = `select consumed::integer, accepted::integer, replayed::integer, malformed::integer from stream_offsets where stream = $1`;
  const { rows } = await database.query<StreamCounts>(sql, [stream]);
  return rows[0] ?? { consumed: 0, accepted: 0, replayed: 0, malformed: 0 };
}

export async function deliveryOutcomes(database: pg.Client, run: string): Promise<DeliveryOutcome[]> {
  const sql = `
    select d.idempotency_key, d.source, d.delivery_id, d.status, d.end_reason, d.message_id, d.from_email,
           coalesce(a.attempts, 0)::integer as attempts, coalesce(a.uncertain, 0)::integer as uncertain_attempts,
           coalesce(r.open, 0)::integer as recipients_not_accepted,
           coalesce(p.secret_variables is not null, false) as secret_kept
    from deliveries d
    left join (select delivery_id, count(*) as attempts, count(*) filter (where outcome = 'uncertain') as uncertain from attempts group by 1) a using (delivery_id)
    left join (select delivery_id, count(*) filter (where outcome <> 'accepted') as open from delivery_recipients group by 1) r using (delivery_id)
    left join delivery_payloads p using (delivery_id)
    where ${OF_RUN}`;
  return (await database.query<DeliveryOutcome>(sql, [run])).rows;
}

export async function refusedCommands(database: pg.Client, stream: string): Promise<Refused[]> {
  const sql = `select idempotency_key, code, reason from malformed_commands where stream = $1 order by entry_id`;
  return (await database.query<Refused>(sql, [stream])).rows;
}

export async function openAttempts(database: pg.Client): Promise<StatusCount[]> {
  const sql = `select status, count(*)::integer as count from attempts where status <> 'ended' group by status order by status`;
  return (await database.query<StatusCount>(sql)).rows;
}
