import type { SpecDatabase } from './spec-database.js';

export interface SeenDelivery {
  status: string;
  end_reason: string | null;
  ended: boolean;
  /** In their order, as `ended uncertain`. */
  attempts: string[];
  /** By position. */
  recipients: string[];
}

/** The state of a delivery, its attempts and its recipients. */
export function seeDelivery(spec: SpecDatabase, deliveryId: string): Promise<SeenDelivery> {
  return spec.row(
    `select status, end_reason, ended_at is not null as ended,
      array(select concat_ws(' ', a.status, a.outcome) from attempts a where a.delivery_id = d.delivery_id order by number) as attempts,
      array(select r.outcome from delivery_recipients r where r.delivery_id = d.delivery_id order by position) as recipients
    from deliveries d where delivery_id = $1`,
    [deliveryId],
  );
}
