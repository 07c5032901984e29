import { run, statement, type Runner } from '../statement.js';
import { endUnstarted, type Ended } from './end-unstarted.js';

// Up to $1 queued deliveries past their expiry whose attempt has not started. Served by deliveries_expiring_idx.
// Those in progress are left out here, not after the limit, or a page full of them would hide the rest.
const readExpired = statement<{ delivery_id: string }>(
  'read_expired',
  ['deliveries_expiring_idx'],
  `select d.delivery_id from deliveries d
  where d.status = 'queued' and d.expires_at <= now()
    and exists (select from attempts a where a.delivery_id = d.delivery_id and a.status in ('scheduled', 'claimed'))
  order by d.expires_at limit $1`,
);

/** Ends up to `limit` deliveries whose time has passed. Returns those. */
export async function expireDeliveries(runner: Runner, limit: number): Promise<Ended[]> {
  const expired = await run(runner, readExpired, [limit]);
  if (expired.length === 0) return [];
  return endUnstarted(
    runner,
    expired.map(({ delivery_id }) => delivery_id),
    'expired',
  );
}
