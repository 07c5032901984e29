import type { DataSource, EntityManager } from 'typeorm';
import { DeliveryEntity } from './delivery.entity.js';

/**
 * A delivery with its recipients and attempts, in their order; `null` where there is none. From a replica where there are any; what
 * is not there yet, from the primary: whoever was just told an id may ask for it at once.
 */
export async function readDelivery(source: DataSource, deliveryId: string): Promise<DeliveryEntity | null> {
  const found = await find(source.manager, deliveryId);
  if (found !== null || !('replication' in source.options)) return found;
  const primary = source.createQueryRunner('master');
  try {
    return await find(primary.manager, deliveryId);
  } finally {
    await primary.release();
  }
}

function find(manager: EntityManager, deliveryId: string): Promise<DeliveryEntity | null> {
  return manager.getRepository(DeliveryEntity).findOne({
    where: { delivery_id: deliveryId },
    relations: { recipients: true, attempts: true },
    order: { recipients: { position: 'asc' }, attempts: { number: 'asc' } },
  });
}
