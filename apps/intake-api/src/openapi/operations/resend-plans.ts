import { DELIVERY_STATUSES, deliveryFilterFields, periodFields, resendPlanTermFields } from '@mail/domain';
import { z } from 'zod';
import { resendPlanAnswer, resendPlanPage, type ResendPlanAnswer } from '../answers/resend-plan.js';
import { EXAMPLE_IDS, oneFault, problem } from '../examples.js';
import { id, named } from '../named-schemas.js';
import type { Operation } from '../operation.js';
import { tagProperties } from '../tag-pattern.js';
import { paging } from './paging.js';

const end = z.enum(DELIVERY_STATUSES).exclude(['queued']);
const request = named(
  'ResendPlanRequest',
  z
    .strictObject({
      ...deliveryFilterFields,
      status: z.union([end, z.array(end).min(1)]).default(['failed', 'dead_letter']),
      ...resendPlanTermFields,
    })
    .meta({
      description: 'At least one filter, in the combinations that `GET /deliveries` serves; `status` goes with each.',
      patternProperties: tagProperties(),
    }),
);

const EXAMPLE: ResendPlanAnswer = {
  plan_id: EXAMPLE_IDS.plan,
  status: 'running',
  end_reason: null,
  operator: 'Ada Lovelace',
  idempotency_key: 'after-the-outage',
  filter: { source: 'shop', status: ['failed', 'dead_letter'] },
  include_resent: false,
  rate_per_second: 50,
  expires_at: null,
  created_at: '2026-01-02T09:00:00.000Z',
  frozen_at: '2026-01-02T09:00:01.120Z',
  started_at: '2026-01-02T09:05:00.000Z',
  ended_at: null,
  eta_at: '2026-01-02T09:11:24.000Z',
  total: 20013,
  resendable: 20000,
  not_resendable: { expired: 9, already_resent: 4 },
  resent: 799,
  failed: 1,
  failed_by_reason: { content_purged: 1 },
  pending: 19200,
  counts: {
    by_template: [{ template_id: 'game.turn_ready', count: 20000 }],
    by_age: [{ age: 'up_to_1d', count: 20000 }],
    by_last_outcome: [{ outcome: 'transport_failed', count: 20000 }],
  },
};

const common = { tag: 'Bulk resend', from: 'bounded' } as const;
const one = { ...common, id: { schema: id, what: 'plan' } } as const;
const the = { id: EXAMPLE_IDS.plan };
const notThere = {
  not_there: {
    summary: 'No such plan, or not any more',
    parameters: { id: EXAMPLE_IDS.nobody },
    answer: problem('not_found', 'There is no such plan.'),
  },
};
const PLANNED = { ...EXAMPLE, status: 'planning', frozen_at: null, started_at: null, eta_at: null } as const;

/** An order to a plan, which changes nothing where it was given before. */
function order(act: 'start' | 'pause' | 'cancel', summary: string, becomes: ResendPlanAnswer['status']): Operation {
  const ended = act === 'cancel' ? ({ end_reason: 'cancelled_by_operator', ended_at: '2026-01-02T09:06:00.000Z' } as const) : {};
  return {
    ...one,
    operationId: `${act}ResendPlan`,
    method: 'post',
    path: `/resend-plans/{id}/${act}`,
    summary,
    audited: true,
    answer: { status: 200, description: 'The plan as it is now.', schema: resendPlanAnswer },
    problems: [({ start: 'not_startable', pause: 'not_pausable', cancel: 'not_cancellable' } as const)[act]],
    examples: {
      [becomes]: { summary, parameters: the, answer: { status: 200, body: { ...EXAMPLE, ...ended, status: becomes } } },
      ...notThere,
    },
  };
}

export const resendPlans: readonly Operation[] = [
  {
    ...common,
    operationId: 'makeResendPlan',
    method: 'post',
    path: '/resend-plans',
    summary: 'Plan to send many deliveries again',
    description: 'The set is frozen by the schedulers, and nothing is sent before the plan is started.',
    idempotent: true,
    audited: true,
    body: { schema: request, required: true },
    answer: { status: 202, description: 'Written down, now or before.', schema: resendPlanAnswer },
    answerHeaders: ['Location', 'Idempotency-Replayed'],
    examples: {
      after_an_outage: {
        summary: 'What was given up in an outage',
        body: { source: 'shop', created_from: '2026-01-02T00:00:00Z', status: ['failed', 'dead_letter'], rate_per_second: 50 },
        answer: { status: 202, body: PLANNED },
      },
      of_a_tenant: {
        summary: 'By a tag, with a new expiry',
        body: { 'tag.tenant': 'acme', status: 'expired', expires_at: '2036-01-02T00:00:00Z', include_resent: true },
        answer: { status: 202, body: PLANNED },
      },
      too_fast: {
        summary: 'Faster than it may be',
        body: { source: 'shop', rate_per_second: 1001 },
        answer: oneFault('/rate_per_second', 'must be a whole number from 1 to 1000'),
      },
    },
  },
  {
    ...common,
    operationId: 'listResendPlans',
    method: 'get',
    path: '/resend-plans',
    summary: 'Plans, and how far each has come',
    query: { ...periodFields, ...paging },
    answer: { status: 200, description: 'One page.', schema: resendPlanPage },
    problems: ['invalid_cursor'],
    examples: {
      all: { summary: 'The newest', parameters: { limit: '20' }, answer: { status: 200, body: { items: [EXAMPLE], next_cursor: null } } },
    },
  },
  {
    ...one,
    operationId: 'getResendPlan',
    method: 'get',
    path: '/resend-plans/{id}',
    summary: 'One plan, and how far it has come',
    answer: { status: 200, description: 'The plan.', schema: resendPlanAnswer },
    examples: { running: { summary: 'A plan that runs', parameters: the, answer: { status: 200, body: EXAMPLE } }, ...notThere },
  },
  order('start', 'Start a plan, or go on with it', 'running'),
  order('pause', 'Pause a plan', 'paused'),
  order('cancel', 'End a plan', 'cancelled'),
];
