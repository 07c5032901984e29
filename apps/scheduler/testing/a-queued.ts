import { newId } from '@mail/runtime';
import type { TestDatabase } from '@mail/testing';

/** Further facts of a queued delivery: its attempt is due now, and it never expires. */
export interface QueuedOptions {
  readonly source?: string;
  readonly lane?: number;
  readonly status?: 'scheduled' | 'claimed' | 'in_progress';
  /** So long ago it passed its expiry, and was claimed and started where it was. */
  readonly ago?: string;
  readonly expires?: boolean;
}

export interface Queued {
  readonly deliveryId: string;
  readonly attemptId: string;
}

/** Stores a queued delivery with one recipient and one attempt. An uncertain outcome would be its end. */
export async function aQueued(test: TestDatabase, options: QueuedOptions = {}): Promise<Queued> {
  const [queued] = await manyQueued(test, 1, options);
  if (queued === undefined) throw new Error('nothing was stored');
  return queued;
}

/** Stores so many of the same kind. */
export async function manyQueued({ client }: TestDatabase, count: number, options: QueuedOptions = {}): Promise<Queued[]> {
  const { source = 's', lane = 1, status = 'scheduled', ago = '1 hour', expires = false } = options;
  const all = Array.from({ length: count }, () => ({ deliveryId: newId(), attemptId: newId() }));
  const deliveryIds = all.map(({ deliveryId }) => deliveryId);
  await client.query(
    `insert into deliveries (delivery_id, source, idempotency_key, status, priority, message_id, from_email, created_at, on_uncertain, expires_at)
    select id, $2, id::text, 'queued', 'normal', '<m@x.example>', 'f@x.example', now(), 'hold', case when $3 then now() - $4::interval end
    from unnest($1::uuid[]) as id`,
    [deliveryIds, source, expires, ago],
  );
  await client.query(
    `insert into delivery_recipients (delivery_id, position, address, kind, outcome, created_at)
    select id, 0, 'a@x.example', 'to', 'pending', now() from unnest($1::uuid[]) as id`,
    [deliveryIds],
  );
  await client.query(`insert into delivery_payloads (delivery_id, content) select id, '{}' from unnest($1::uuid[]) as id`, [deliveryIds]);
  await client.query(
    `insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at, claimed_at, started_at, worker_id, token)
    select attempt_id, delivery_id, 1, $3, $4::text, date_trunc('milliseconds', now()), case when $4 <> 'scheduled' then now() - $5::interval end,
      case when $4 = 'in_progress' then now() - $5::interval end, case when $4 = 'in_progress' then 'worker-1' end,
      case when $4 = 'in_progress' then gen_random_uuid() end
    from unnest($1::uuid[], $2::uuid[]) as t(attempt_id, delivery_id)`,
    [all.map(({ attemptId }) => attemptId), deliveryIds, lane, status, ago],
  );
  return all;
}
