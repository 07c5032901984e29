import type { AttemptEntity } from '../entities/attempt.entity.js';
import type { DeliveryEntity } from '../entities/delivery.entity.js';
import type { RecipientEntity } from '../entities/recipient.entity.js';
import { run, statement, type Runner } from '../statement.js';

type Own<Entity, Relations extends keyof Entity> = { [K in Exclude<keyof Entity, Relations>]: Entity[K] };

const deliveries = statement<Own<DeliveryEntity, 'recipients' | 'attempts'>>(
  'read_deliveries',
  ['deliveries_pkey'],
  `select delivery_id, source, idempotency_key, status, end_reason, priority, template_id, locale, template_hash, tags, message_id,
    created_at, deliver_at, expires_at, ended_at, resend_of, superseded_by, on_uncertain
  from deliveries where delivery_id = any($1::uuid[])`,
);

const recipients = statement<Own<RecipientEntity, 'delivery'>>(
  'read_recipients',
  ['delivery_recipients_pkey'],
  `select delivery_id, position, address, kind, outcome, smtp_code, enhanced_code, smtp_reply
  from delivery_recipients where delivery_id = any($1::uuid[]) order by delivery_id, position`,
);

const attempts = statement<Own<AttemptEntity, 'delivery'>>(
  'read_attempts',
  ['attempt_numbered_once'],
  `select attempt_id, delivery_id, number, status, outcome, scheduled_at, claimed_at, started_at, finished_at, worker_id, phase,
    smtp_code, enhanced_code, smtp_reply, error
  from attempts where delivery_id = any($1::uuid[]) order by delivery_id, number`,
);

/** A delivery with its recipients and attempts, in their order. */
export type ReadDelivery = Own<DeliveryEntity, 'recipients' | 'attempts'> & {
  readonly recipients: readonly Own<RecipientEntity, 'delivery'>[];
  readonly attempts: readonly Own<AttemptEntity, 'delivery'>[];
};

/** The deliveries of these ids, in this order, each read whole; three statements, however many. One that is gone is left out. */
export async function readDeliveries(runner: Runner, deliveryIds: readonly string[]): Promise<ReadDelivery[]> {
  if (deliveryIds.length === 0) return [];
  const found = new Map((await run(runner, deliveries, [deliveryIds])).map((row) => [row.delivery_id, row]));
  const recipientsOf = Map.groupBy(await run(runner, recipients, [deliveryIds]), (row) => row.delivery_id);
  const attemptsOf = Map.groupBy(await run(runner, attempts, [deliveryIds]), (row) => row.delivery_id);
  return deliveryIds.flatMap((id) => {
    const delivery = found.get(id);
    return delivery === undefined ? [] : [{ ...delivery, recipients: recipientsOf.get(id) ?? [], attempts: attemptsOf.get(id) ?? [] }];
  });
}
