import type { DeliveryStatus, EndReason } from '@mail/domain';
import { run, statement, type Runner } from './statement.js';
import { endUnstarted } from './statements/end-unstarted.js';

/** The delivery as it stands after the try; `cancelled` says whether this try ended it. */
export interface Cancellation {
  readonly cancelled: boolean;
  /** It could be cancelled, but another transaction holds a row of it. */
  readonly held: boolean;
  readonly delivery_id: string;
  readonly status: DeliveryStatus;
  readonly end_reason: EndReason | null;
  readonly ended_at: Date | null;
}

// Served by deliveries_pkey.
const readEnd = statement<Omit<Cancellation, 'cancelled' | 'held'>>(
  'read_delivery_end',
  ['deliveries_pkey'],
  `select delivery_id, status, end_reason, ended_at from deliveries where delivery_id = $1`,
);

/**
 * Ends a queued delivery whose attempt has not started: as `cancelled`, or as `uncertain` where its mail may be out to somebody. One
 * that is in progress, or has ended, or that another transaction holds, stays as it is. `null` where there is none. Needs a transaction around it.
 */
export async function cancelDelivery(client: Runner, deliveryId: string): Promise<Cancellation | null> {
  const { ended, held } = await endUnstarted(client, [deliveryId], 'cancelled');
  const [delivery] = await run(client, readEnd, [deliveryId]);
  return delivery === undefined ? null : { ...delivery, cancelled: ended.length === 1, held: held.length === 1 };
}
