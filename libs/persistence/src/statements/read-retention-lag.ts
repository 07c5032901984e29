import { run, statement, type Runner } from '../statement.js';

/** For how long, in ms, the window of the oldest row that retention should have deleted has passed; 0 where there is none. */
export interface RetentionLag {
  readonly deliveries: number;
  readonly malformed_commands: number;
  readonly operator_actions: number;
  readonly idempotency_keys: number;
}

// The first of each by its index. $1 to $3: the windows of deliveries, of malformed commands and of operator actions, in ms. A key whose
// delivery has not ended is kept, however old. Served by deliveries_ended_idx, malformed_commands_listed_idx, operator_actions_created_idx,
// idempotency_keys_expiring_idx.
const readLag = statement<RetentionLag>(
  'read_retention_lag',
  ['deliveries_ended_idx', 'malformed_commands_listed_idx', 'operator_actions_created_idx', 'idempotency_keys_expiring_idx'],
  `select
    greatest(0, coalesce(extract(epoch from now() - (select ended_at from deliveries where ended_at is not null order by ended_at limit 1)) * 1000
      - $1::bigint, 0))::float8 as deliveries,
    greatest(0, coalesce(extract(epoch from now() - (select created_at from malformed_commands order by created_at limit 1)) * 1000
      - $2::bigint, 0))::float8 as malformed_commands,
    greatest(0, coalesce(extract(epoch from now() - (select created_at from operator_actions order by created_at limit 1)) * 1000
      - $3::bigint, 0))::float8 as operator_actions,
    greatest(0, coalesce(extract(epoch from now() - (
      select k.expires_at from idempotency_keys k
      where k.expires_at < now() and coalesce((select d.status from deliveries d where d.delivery_id = k.delivery_id), 'gone') <> 'queued'
      order by k.expires_at limit 1
    )) * 1000, 0))::float8 as idempotency_keys`,
);

/** The windows that retention keeps to, in ms. */
export interface RetentionWindows {
  readonly deliveryRetentionMs: number;
  readonly malformedCommandRetentionMs: number;
  readonly operatorActionRetentionMs: number;
}

export async function readRetentionLag(runner: Runner, windows: RetentionWindows): Promise<RetentionLag> {
  const { deliveryRetentionMs, malformedCommandRetentionMs, operatorActionRetentionMs } = windows;
  const [lag] = await run(runner, readLag, [deliveryRetentionMs, malformedCommandRetentionMs, operatorActionRetentionMs]);
  return lag ?? { deliveries: 0, malformed_commands: 0, operator_actions: 0, idempotency_keys: 0 };
}
