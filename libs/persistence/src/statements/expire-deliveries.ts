import { run, statement, type Runner } from '../statement.js';
import { endUnstarted, type Ended } from './end-unstarted.js';

/** A delivery past its expiry, and where it stands in the order of expiries. */
export interface ExpiredDelivery {
  readonly delivery_id: string;
  /** As text: a date of this language would cut it. */
  readonly expires_at: string;
}

// Up to $1 queued deliveries past their expiry whose attempt is not in progress, after $2 and $3. Served by deliveries_expiring_idx.
// Those in progress are left out here, not after the limit, or a page full of them would hide the rest. Locks nothing.
const findExpired = statement<ExpiredDelivery>(
  'find_expired',
  ['deliveries_expiring_idx'],
  `select d.delivery_id, d.expires_at::text as expires_at from deliveries d
  where d.status = 'queued' and d.expires_at <= now() and d.expires_at >= $2::timestamptz and (d.expires_at, d.delivery_id) > ($2::timestamptz, $3::uuid)
    and (select true from attempts a where a.delivery_id = d.delivery_id and a.status = 'in_progress' limit 1) is not true
  order by d.expires_at, d.delivery_id limit $1`,
);

const FIRST: ExpiredDelivery = { delivery_id: '00000000-0000-0000-0000-000000000000', expires_at: '-infinity' };

/** The next page after `after`, the longest past first. */
export function findExpiredDeliveries(runner: Runner, limit: number, after: ExpiredDelivery = FIRST): Promise<ExpiredDelivery[]> {
  return run(runner, findExpired, [limit, after.expires_at, after.delivery_id]);
}

/** Ends those of these deliveries that nobody holds and whose attempt has not started. */
export async function expireDeliveries(runner: Runner, deliveryIds: readonly string[]): Promise<readonly Ended[]> {
  return (await endUnstarted(runner, deliveryIds, 'expired')).ended;
}
