import { resendRequestSchema } from '@mail/domain';
import { acceptanceAnswer, cancellationAnswer, contentAnswer } from '../answers/acceptance.js';
import { attemptList, deliveryAnswer } from '../answers/delivery.js';
import { explanationAnswer } from '../answers/explanation.js';
import { EXAMPLE_ACCEPTANCE, EXAMPLE_ATTEMPT, EXAMPLE_DELIVERY, EXAMPLE_IDS, problem } from '../examples.js';
import { id, named } from '../named-schemas.js';
import type { Operation } from '../operation.js';
import { EXAMPLE_CONTENT, EXAMPLE_EXPLANATION } from './one-delivery-examples.js';

const common = { tag: 'Deliveries', id: { schema: id, what: 'delivery' }, from: 'bounded' } as const;
const sent = { id: EXAMPLE_IDS.sent };
const queued = { id: EXAMPLE_IDS.queued };
const notThere = {
  not_there: {
    summary: 'No such delivery, or not any more',
    parameters: { id: EXAMPLE_IDS.nobody },
    answer: problem('not_found', 'There is no such delivery.'),
  },
};

export const oneDelivery: readonly Operation[] = [
  {
    ...common,
    operationId: 'getDelivery',
    method: 'get',
    path: '/deliveries/{id}',
    summary: 'One delivery: recipients, attempts, all but its content',
    answer: { status: 200, description: 'The delivery.', schema: deliveryAnswer },
    examples: { sent: { summary: 'A mail that is out', parameters: sent, answer: { status: 200, body: EXAMPLE_DELIVERY } }, ...notThere },
  },
  {
    ...common,
    operationId: 'listAttempts',
    method: 'get',
    path: '/deliveries/{id}/attempts',
    summary: 'Every attempt of a delivery',
    answer: { status: 200, description: 'The attempts, by number: all of them, on one page.', schema: attemptList },
    examples: {
      sent: { summary: 'One attempt', parameters: sent, answer: { status: 200, body: { items: [EXAMPLE_ATTEMPT], next_cursor: null } } },
      ...notThere,
    },
  },
  {
    ...common,
    operationId: 'explainDelivery',
    method: 'get',
    path: '/deliveries/{id}/explain',
    summary: 'Why a delivery is where it is',
    answer: { status: 200, description: 'In words for people, in `situation` and `facts` for programs.', schema: explanationAnswer },
    examples: {
      queued: { summary: 'Waiting for its time', parameters: queued, answer: { status: 200, body: EXAMPLE_EXPLANATION } },
      ...notThere,
    },
  },
  {
    ...common,
    operationId: 'showContent',
    method: 'get',
    path: '/deliveries/{id}/content',
    summary: 'What a mail says, secrets masked',
    answer: { status: 200, description: 'As rendered from the pinned template version.', schema: contentAnswer },
    answerHeaders: ['Cache-Control'],
    examples: { sent: { summary: 'A mail', parameters: sent, answer: { status: 200, body: EXAMPLE_CONTENT } }, ...notThere },
  },
  {
    ...common,
    operationId: 'resendDelivery',
    method: 'post',
    path: '/deliveries/{id}/resend',
    summary: 'Make a new delivery of one that has ended',
    description: 'From `sent` to all recipients, from every other end to those that were not accepted.',
    idempotent: true,
    audited: true,
    body: { schema: named('ResendRequest', resendRequestSchema), required: false },
    answer: { status: 202, description: 'Accepted, now or before.', schema: acceptanceAnswer },
    answerHeaders: ['Location', 'Idempotency-Replayed'],
    problems: ['not_terminal', 'content_purged', 'expired'],
    examples: {
      again: {
        summary: 'The same mail once more, with an expiry',
        parameters: sent,
        body: { expires_at: '2036-01-03T00:00:00Z' },
        answer: { status: 202, body: EXAMPLE_ACCEPTANCE },
      },
      not_ended: {
        summary: 'One that has not ended',
        parameters: queued,
        body: {},
        answer: problem('not_terminal', 'The delivery has not ended. Only one that has ended can be sent again.'),
      },
      ...notThere,
    },
  },
  {
    ...common,
    operationId: 'cancelDelivery',
    method: 'post',
    path: '/deliveries/{id}/cancel',
    summary: 'End a delivery that has not been sent yet',
    audited: true,
    answer: {
      status: 200,
      description: 'It has ended: `cancelled`, or `uncertain` where its mail may be out to somebody.',
      schema: cancellationAnswer,
    },
    problems: ['not_cancellable'],
    examples: {
      queued: {
        summary: 'Before its attempt starts',
        parameters: queued,
        answer: {
          status: 200,
          body: {
            delivery_id: EXAMPLE_IDS.queued,
            status: 'cancelled',
            end_reason: 'cancelled_by_operator',
            ended_at: '2026-01-02T03:04:06.120Z',
          },
        },
      },
      ended: {
        summary: 'Once it has ended',
        parameters: sent,
        answer: problem('not_cancellable', 'The delivery has ended: sent, provider_accepted.'),
      },
      ...notThere,
    },
  },
];
