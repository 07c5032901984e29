import { PLAN_OBSTACLES, RESEND_PLAN_STATUSES } from '@mail/domain';
import { z } from 'zod';
import { id, named, time, type Answer } from '../named-schemas.js';
import { pageOf } from './page.js';

const count = z.int().min(0);
const byObstacle = z.partialRecord(z.enum(PLAN_OBSTACLES), count).meta({ description: `Why, and how many: ${PLAN_OBSTACLES.join(', ')}.` });

export const resendPlanAnswer = named(
  'ResendPlan',
  z.object({
    plan_id: id,
    status: z.enum(RESEND_PLAN_STATUSES),
    end_reason: z.enum(['all_tried', 'cancelled_by_operator', 'too_many_deliveries']).nullable(),
    operator: z.string(),
    idempotency_key: z.string(),
    filter: z.record(z.string(), z.unknown()),
    include_resent: z.boolean(),
    rate_per_second: count,
    expires_at: time.nullable(),
    created_at: time,
    frozen_at: time.nullable(),
    started_at: time.nullable(),
    ended_at: time.nullable(),
    eta_at: time.nullable().meta({ description: 'When the last one is sent again, at this rate; `null` while it does not run.' }),
    total: count,
    resendable: count,
    not_resendable: byObstacle,
    resent: count,
    failed: count,
    failed_by_reason: byObstacle,
    pending: count,
    counts: z.object({
      by_template: z.array(z.object({ template_id: z.string().nullable(), count })),
      by_age: z.array(z.object({ age: z.string(), count })),
      by_last_outcome: z.array(z.object({ outcome: z.string().nullable(), count })),
    }),
  }),
);
export type ResendPlanAnswer = Answer<typeof resendPlanAnswer>;
export const resendPlanPage = pageOf('ResendPlanPage', resendPlanAnswer);
