import {
  ATTEMPT_OUTCOMES,
  ATTEMPT_STATUSES,
  DELIVERY_STATUSES,
  END_REASONS,
  PRIORITIES,
  RECIPIENT_KINDS,
  RECIPIENT_OUTCOMES,
  SHOWN_STATUSES,
  SMTP_PHASES,
} from '@mail/domain';
import { z } from 'zod';
import { id, named, time, type Answer } from '../named-schemas.js';
import { pageOf } from './page.js';

export const shownStatus = named(
  'ShownStatus',
  z.enum(SHOWN_STATUSES).meta({ description: '`sending`: queued, with an attempt in progress. Derived, never stored.' }),
);
export const deliveryStatus = named('DeliveryStatus', z.enum(DELIVERY_STATUSES));
export const endReason = named('EndReason', z.enum(END_REASONS).meta({ description: 'Which rule ended it.' }));
export const recipientOutcome = named('RecipientOutcome', z.enum(RECIPIENT_OUTCOMES));
export const attemptOutcome = named('AttemptOutcome', z.enum(ATTEMPT_OUTCOMES));
export const onUncertain = named('OnUncertain', z.enum(['retry', 'hold']));

/** What the server said. */
export const reply = {
  smtp_code: z.int().nullable(),
  enhanced_code: z.string().nullable().meta({ description: 'RFC 3463, such as 5.1.1.' }),
  smtp_reply: z.string().nullable().meta({ description: 'The whole reply, on one line.' }),
};

const recipient = named('Recipient', z.object({ address: z.string(), kind: z.enum(RECIPIENT_KINDS), outcome: recipientOutcome, ...reply }));

export const attemptAnswer = named(
  'Attempt',
  z.object({
    attempt_id: id,
    number: z.int().min(1),
    status: z.enum(ATTEMPT_STATUSES),
    outcome: attemptOutcome.nullable(),
    scheduled_at: time,
    claimed_at: time.nullable(),
    started_at: time.nullable(),
    finished_at: time.nullable(),
    worker_id: z.string().nullable(),
    phase: z.enum(SMTP_PHASES).nullable().meta({ description: 'Where in the SMTP dialogue it ended.' }),
    ...reply,
    error: z.string().nullable().meta({ description: 'What went wrong where no reply says it.' }),
  }),
);
export type AttemptAnswer = Answer<typeof attemptAnswer>;

export const deliveryAnswer = named(
  'Delivery',
  z.object({
    delivery_id: id,
    source: z.string(),
    idempotency_key: z.string(),
    status: shownStatus,
    end_reason: endReason.nullable(),
    priority: z.enum(PRIORITIES),
    template_id: z.string().nullable(),
    locale: z.string().nullable(),
    template_hash: z.string().nullable(),
    tags: z.record(z.string(), z.string()),
    message_id: z.string(),
    on_uncertain: onUncertain,
    created_at: time,
    deliver_at: time.nullable(),
    expires_at: time.nullable(),
    next_attempt_at: time.nullable(),
    ended_at: time.nullable(),
    resend_of: id.nullable(),
    superseded_by: id.nullable(),
    recipients: z.array(recipient),
    attempts: z.array(attemptAnswer),
  }),
);
export type DeliveryAnswer = Answer<typeof deliveryAnswer>;

export const deliveryPage = pageOf('DeliveryPage', deliveryAnswer);
export const attemptList = named('AttemptList', z.object({ items: z.array(attemptAnswer), next_cursor: z.null() }));
