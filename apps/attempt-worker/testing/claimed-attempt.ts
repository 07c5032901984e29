import { newId } from '@mail/runtime';
import type { TestDatabase } from '@mail/testing';

/** Stores a delivery whose first attempt is claimed, and returns the attempt's id. An uncertain outcome would be its end. */
export async function claimedAttempt({ client }: TestDatabase): Promise<string> {
  const [deliveryId, attemptId] = [newId(), newId()];
  await client.query(
    `insert into deliveries (delivery_id, source, idempotency_key, status, priority, tags, message_id, from_email, created_at, on_uncertain)
    values ($1::uuid, 'shop', $1::text, 'queued', 'normal', '{}', '<m>', 'f@x.example', now(), 'hold')`,
    [deliveryId],
  );
  await client.query(
    `insert into delivery_recipients (delivery_id, position, address, kind, outcome) values ($1, 0, 'a@x.example', 'to', 'pending')`,
    [deliveryId],
  );
  await client.query(`insert into delivery_payloads (delivery_id, content) values ($1, '{}')`, [deliveryId]);
  await client.query(
    `insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at, claimed_at) values ($1, $2, 1, 1, 'claimed', now(), now())`,
    [attemptId, deliveryId],
  );
  return attemptId;
}
