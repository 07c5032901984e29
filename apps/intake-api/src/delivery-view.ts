import type { ReadDelivery } from '@mail/persistence';
import type { AttemptAnswer, DeliveryAnswer } from './openapi/answers/delivery.js';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** An attempt as answers show it. */
export function attemptView(attempt: ReadDelivery['attempts'][number]): AttemptAnswer {
  return {
    attempt_id: attempt.attempt_id,
    number: attempt.number,
    status: attempt.status,
    outcome: attempt.outcome,
    scheduled_at: attempt.scheduled_at.toISOString(),
    claimed_at: time(attempt.claimed_at),
    started_at: time(attempt.started_at),
    finished_at: time(attempt.finished_at),
    worker_id: attempt.worker_id,
    phase: attempt.phase,
    smtp_code: attempt.smtp_code,
    enhanced_code: attempt.enhanced_code,
    smtp_reply: attempt.smtp_reply,
    error: attempt.error,
  };
}

/** A delivery as answers show it: all of it but the content. `sending` is derived: an attempt is in progress. */
export function deliveryView(delivery: ReadDelivery): DeliveryAnswer {
  const sending = delivery.status === 'queued' && delivery.attempts.some(({ status }) => status === 'in_progress');
  const next = delivery.attempts.find(({ status }) => status === 'scheduled' || status === 'claimed');
  return {
    delivery_id: delivery.delivery_id,
    source: delivery.source,
    idempotency_key: delivery.idempotency_key,
    status: sending ? 'sending' : delivery.status,
    end_reason: delivery.end_reason,
    priority: delivery.priority,
    template_id: delivery.template_id,
    locale: delivery.locale,
    template_hash: delivery.template_hash,
    tags: delivery.tags,
    message_id: delivery.message_id,
    on_uncertain: delivery.on_uncertain,
    created_at: delivery.created_at.toISOString(),
    deliver_at: time(delivery.deliver_at),
    expires_at: time(delivery.expires_at),
    next_attempt_at: time(next?.scheduled_at ?? null),
    ended_at: time(delivery.ended_at),
    resend_of: delivery.resend_of,
    superseded_by: delivery.superseded_by,
    recipients: delivery.recipients.map(({ address, kind, outcome, smtp_code, enhanced_code, smtp_reply }) => ({
      address,
      kind,
      outcome,
      smtp_code,
      enhanced_code,
      smtp_reply,
    })),
    attempts: delivery.attempts.map(attemptView),
  };
}
