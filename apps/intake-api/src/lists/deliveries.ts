import { parseDeliveryFilter, type DeliveryFilter } from '@mail/domain';
import { listDeliveries, readDeliveries, type ListedDelivery } from '@mail/persistence';
import { deliveryView } from '../delivery-view.js';
import type { DeliveryAnswer } from '../openapi/answers/delivery.js';
import type { OperatorList } from '../operator-list.js';

/** Deliveries, whole but for their content. */
export const deliveries: OperatorList<DeliveryFilter, ListedDelivery> = {
  name: 'deliveries',
  parse: parseDeliveryFilter,
  read: listDeliveries,
  placeOf: ({ created_at, delivery_id }) => ({ at: created_at, id: delivery_id }),
  async show(reader, rows): Promise<DeliveryAnswer[]> {
    const found = await readDeliveries(
      reader,
      rows.map(({ delivery_id }) => delivery_id),
    );
    return found.map(deliveryView);
  },
};
