import { RECIPIENT_KINDS } from '@mail/domain';
import { z } from 'zod';
import { id, named, time, type Answer } from '../named-schemas.js';
import { deliveryStatus, endReason } from './delivery.js';

/** How an accepted delivery begins. */
export const acceptanceOutcome = z.enum(['queued', 'suppressed', 'expired']);

export const acceptanceAnswer = named('Acceptance', z.object({ delivery_id: id, outcome: acceptanceOutcome }));
export type AcceptanceAnswer = Answer<typeof acceptanceAnswer>;

export const cancellationAnswer = named(
  'Cancellation',
  z.object({ delivery_id: id, status: deliveryStatus, end_reason: endReason.nullable(), ended_at: time.nullable() }),
);
export type CancellationAnswer = Answer<typeof cancellationAnswer>;

const addresses = z.array(z.string());
export const contentAnswer = named(
  'Content',
  z.object({
    delivery_id: id,
    template_id: z.string().nullable(),
    locale: z.string().nullable(),
    template_hash: z.string().nullable(),
    message_id: z.string(),
    date: time,
    from: z.object({ email: z.string(), name: z.string().nullable() }),
    ...(Object.fromEntries(RECIPIENT_KINDS.map((kind) => [kind, addresses])) as Record<(typeof RECIPIENT_KINDS)[number], typeof addresses>),
    reply_to: addresses,
    headers: z.record(z.string(), z.string()),
    subject: z.string().nullable(),
    text: z.string().nullable(),
    html: z.string().nullable(),
    masked: z.array(z.string()).meta({ description: 'The secret variables of which a mask is shown.' }),
    error: z.string().nullable().meta({ description: 'Why it cannot be rendered.' }),
    attachments: z.array(z.object({ filename: z.string(), content_type: z.string(), bytes: z.int().min(0) })),
    content_purged_at: time.nullable().meta({ description: 'When secrets of it were wiped.' }),
  }),
);
export type ContentAnswer = Answer<typeof contentAnswer>;
