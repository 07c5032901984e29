import type { DataSource } from 'typeorm';
import { DeliveryEntity } from './delivery.entity.js';

/**
 * A delivery with its recipients and attempts, in their order; `null` where there is none. From the primary: whoever was just told an
 * id may ask for it at once.
 */
export function readDelivery(source: DataSource, deliveryId: string): Promise<DeliveryEntity | null> {
  return source.getRepository(DeliveryEntity).findOne({
    where: { delivery_id: deliveryId },
    relations: { recipients: true, attempts: true },
    order: { recipients: { position: 'asc' }, attempts: { number: 'asc' } },
  });
}
