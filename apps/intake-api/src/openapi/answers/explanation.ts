import { EXPLAINED_ACTIONS, RECIPIENT_OUTCOMES, SITUATIONS } from '@mail/domain';
import { z } from 'zod';
import { cappedCount, id, named, time, type Answer } from '../named-schemas.js';
import { attemptOutcome, shownStatus } from './delivery.js';

export const explanationAnswer = named(
  'Explanation',
  z.object({
    delivery_id: id,
    status: shownStatus,
    ended: z.boolean(),
    situation: z.enum(SITUATIONS).meta({ description: 'What programs go by; the sentences may change.' }),
    summary: z.string(),
    waits_for: z.string().nullable(),
    rule: z.string().meta({ description: 'Which rule decided.' }),
    next: z.object({ what: z.string(), at: time.nullable() }).nullable(),
    actions: z.array(
      z.object({
        action: z.enum(EXPLAINED_ACTIONS),
        how: z.string(),
        why_not: z.string().nullable().meta({ description: 'Why it cannot be done now.' }),
      }),
    ),
    facts: z.object({
      attempts_made: z.int().min(0),
      attempts_at_most: z.int().min(1),
      last_outcome: attemptOutcome.nullable(),
      last_reply: z.string().nullable(),
      recipients: z.partialRecord(z.enum(RECIPIENT_OUTCOMES), z.int().min(1)),
      due_ahead: cappedCount.nullable(),
    }),
    explained_at: time,
    resend_of: id.nullable(),
    resent_as: z.array(id).meta({ description: 'The newest ten.' }),
  }),
);
export type ExplanationAnswer = Answer<typeof explanationAnswer>;
