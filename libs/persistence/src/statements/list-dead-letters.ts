import type { AcceptedWithin } from '@mail/domain';
import { pageBounds, type Page } from '../page.js';
import { run, statement, type Runner } from '../statement.js';

/** A row of `dead_letters`, with what its delivery is known by. */
export interface DeadLetter {
  readonly delivery_id: string;
  readonly source: string;
  readonly idempotency_key: string;
  readonly template_id: string | null;
  readonly reason: string;
  readonly attempts: number;
  readonly smtp_code: number | null;
  readonly enhanced_code: string | null;
  readonly smtp_reply: string | null;
  readonly error: string | null;
  readonly created_at: Date;
}

// Newest first; $1 to $4 as of every list. Served by dead_letters_created_idx; each delivery is looked up by key, in that order.
const list = statement<DeadLetter>(
  'list_dead_letters',
  ['dead_letters_created_idx', 'deliveries_pkey'],
  `select l.delivery_id, d.source, d.idempotency_key, d.template_id, l.reason, l.attempts, l.smtp_code, l.enhanced_code, l.smtp_reply, l.error,
    l.created_at
  from dead_letters l
  cross join lateral (
    select source, idempotency_key, template_id from deliveries where deliveries.delivery_id = l.delivery_id offset 0
  ) as d
  where (l.created_at, l.delivery_id) < ($1::timestamptz, $2::uuid) and l.created_at >= $3::timestamptz
  order by l.created_at desc, l.delivery_id desc limit $4::int`,
);

/** One page of what was given up; the period is that of giving up. */
export function listDeadLetters(runner: Runner, filter: AcceptedWithin, page: Page): Promise<DeadLetter[]> {
  return run(runner, list, pageBounds(page, filter));
}
