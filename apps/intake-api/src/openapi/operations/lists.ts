import { actionFilterFields, deliveryFilterFields, periodFields } from '@mail/domain';
import { deliveryPage } from '../answers/delivery.js';
import { deadLetterPage, malformedCommandPage, operatorActionPage, streamIncidentPage } from '../answers/lists.js';
import { statsAnswer } from '../answers/stats.js';
import { EXAMPLE_DELIVERY, EXAMPLE_IDS, oneFault, problem } from '../examples.js';
import type { Operation } from '../operation.js';
import { EXAMPLE_ACTION, EXAMPLE_DEAD_LETTER, EXAMPLE_INCIDENT, EXAMPLE_MALFORMED, EXAMPLE_STATS } from './list-examples.js';
import { paging } from './paging.js';

const common = { method: 'get', from: 'bounded', problems: ['invalid_cursor'] } as const;
const page = (item: object) => ({ status: 200, body: { items: [item], next_cursor: null } });
const recent = { created_from: '2026-01-02T00:00:00Z', limit: '20' };

export const lists: readonly Operation[] = [
  {
    ...common,
    operationId: 'listDeliveries',
    path: '/deliveries',
    tag: 'Deliveries',
    summary: 'Deliveries by filter, newest first',
    description:
      'What an index serves: `status`, once or more; `source` or `template_id`, with or without `status`; `status=sending`, with or without both; ' +
      '`recipient` alone; one `tag.<name>` alone; `idempotency_key`, with anything else; `created_from` and `created_to` with each. ' +
      'Anything else is `validation_failed`.',
    query: { ...deliveryFilterFields, ...paging },
    byTag: true,
    answer: { status: 200, description: 'One page.', schema: deliveryPage },
    examples: {
      of_a_source: {
        summary: 'What a caller had sent lately',
        parameters: { source: 'shop', status: 'sent', ...recent },
        answer: page(EXAMPLE_DELIVERY),
      },
      to_somebody: { summary: 'What somebody got', parameters: { recipient: 'ada@example.com' }, answer: page(EXAMPLE_DELIVERY) },
      not_served: {
        summary: 'Filters that no index serves together',
        parameters: { recipient: 'ada@example.com', source: 'shop' },
        answer: oneFault('/source', 'is not served together with recipient'),
      },
      cut_cursor: {
        summary: 'A cursor that is not whole',
        parameters: { cursor: 'AbC' },
        answer: problem('invalid_cursor', 'The cursor is not whole, or was made for other filters: begin without one.'),
      },
    },
  },
  {
    ...common,
    operationId: 'listDeadLetters',
    path: '/dead-letters',
    tag: 'Deliveries',
    summary: 'What was given up, with the last reply',
    query: { ...periodFields, ...paging },
    answer: { status: 200, description: 'One page, by when it was given up.', schema: deadLetterPage },
    examples: { recent: { summary: 'The last of them', parameters: recent, answer: page(EXAMPLE_DEAD_LETTER) } },
  },
  {
    ...common,
    operationId: 'listMalformedCommands',
    path: '/malformed-commands',
    tag: 'Stream',
    summary: 'What the stream refused, and why',
    query: { ...periodFields, ...paging },
    answer: { status: 200, description: 'One page.', schema: malformedCommandPage },
    examples: { recent: { summary: 'The last of them', parameters: recent, answer: page(EXAMPLE_MALFORMED) } },
  },
  {
    ...common,
    operationId: 'listStreamIncidents',
    path: '/stream/incidents',
    tag: 'Stream',
    summary: "What the stream's consumer saw go missing",
    query: { ...periodFields, ...paging },
    answer: { status: 200, description: 'One page, by when it was seen.', schema: streamIncidentPage },
    examples: { recent: { summary: 'The last of them', parameters: recent, answer: page(EXAMPLE_INCIDENT) } },
  },
  {
    ...common,
    operationId: 'listOperatorActions',
    path: '/operator-actions',
    tag: 'Operation',
    summary: 'The audit trail',
    description: '`operator`, `action` and `delivery_id` one at a time.',
    query: { ...actionFilterFields, ...periodFields, ...paging },
    answer: { status: 200, description: 'One page.', schema: operatorActionPage },
    examples: {
      of_a_delivery: {
        summary: 'What was done to a delivery',
        parameters: { delivery_id: EXAMPLE_IDS.queued },
        answer: page(EXAMPLE_ACTION),
      },
    },
  },
  {
    operationId: 'getStats',
    method: 'get',
    path: '/stats',
    tag: 'Operation',
    summary: 'How it all stands: depth, age, outcomes, streams',
    from: 'bounded',
    answer: { status: 200, description: 'Counted no further than 10 000.', schema: statsAnswer },
    examples: { now: { summary: 'Right now', answer: { status: 200, body: EXAMPLE_STATS } } },
  },
];
