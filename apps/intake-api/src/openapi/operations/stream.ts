import { adoptStreamRequestSchema } from '@mail/domain';
import { acceptanceAnswer } from '../answers/acceptance.js';
import { shownMalformedCommand } from '../answers/lists.js';
import { streamAdoptionAnswer } from '../answers/stats.js';
import { EXAMPLE_ACCEPTANCE, EXAMPLE_IDS, EXAMPLE_STREAM, oneFault, problem } from '../examples.js';
import { id, named } from '../named-schemas.js';
import type { Operation } from '../operation.js';
import { EXAMPLE_MALFORMED } from './list-examples.js';

const malformed = { schema: id, what: 'malformed command' };
const one = { id: EXAMPLE_IDS.malformed };
const notThere = {
  not_there: {
    summary: 'No such command, or not any more',
    parameters: { id: EXAMPLE_IDS.nobody },
    answer: problem('not_found', 'There is no such malformed command.'),
  },
};

const EXAMPLE_ADOPTION = {
  stream: EXAMPLE_STREAM,
  incarnation: 2,
  counted_at: '2026-01-02T03:04:05.000Z',
  gave_up: {
    incarnation: 1,
    last_id: '1767323045000-3',
    consumed: 1200,
    accepted: 1190,
    replayed: 8,
    malformed: 2,
    missed: 0,
    halted_at: '2026-01-02T03:04:05.000Z',
  },
};

export const stream: readonly Operation[] = [
  {
    operationId: 'getMalformedCommand',
    method: 'get',
    path: '/malformed-commands/{id}',
    tag: 'Stream',
    summary: 'One command that the stream refused, secrets masked',
    id: malformed,
    from: 'bounded',
    answer: { status: 200, description: 'The command.', schema: shownMalformedCommand },
    examples: {
      refused: {
        summary: 'One of a template that was not there',
        parameters: one,
        answer: {
          status: 200,
          body: {
            ...EXAMPLE_MALFORMED,
            command: {
              to: ['ada@example.com'],
              content: { mode: 'template', template_id: 'shop.receipt', variables: { total: '••••••' } },
            },
          },
        },
      },
      ...notThere,
    },
  },
  {
    operationId: 'replayMalformedCommand',
    method: 'post',
    path: '/malformed-commands/{id}/replay',
    tag: 'Stream',
    summary: 'Try a command again that the stream refused',
    description: 'Through the acceptance of every command: what is still wrong with it is the answer.',
    id: malformed,
    audited: true,
    from: 'bounded',
    answer: { status: 202, description: 'Accepted, now or before.', schema: acceptanceAnswer },
    answerHeaders: ['Location', 'Idempotency-Replayed'],
    problems: [
      ...(['malformed_json', 'validation_failed', 'unknown_template', 'missing_variable', 'missing_idempotency_key'] as const),
      ...(['idempotency_conflict', 'content_purged'] as const),
    ],
    examples: {
      mended: {
        summary: 'After what was wrong is mended',
        parameters: one,
        answer: { status: 202, body: EXAMPLE_ACCEPTANCE },
      },
      ...notThere,
    },
  },
  {
    operationId: 'adoptStream',
    method: 'post',
    path: '/stream/adopt',
    tag: 'Stream',
    summary: 'Go on with a stream that went backwards',
    description:
      'Reading goes on after what idempotency keys no longer cover, so that nothing is sent twice; or after the entry that is named. The consumer ' +
      'has stopped reading, has counted what is there, and waits for this.',
    audited: true,
    from: 'bounded',
    body: { schema: named('AdoptStreamRequest', adoptStreamRequestSchema), required: true },
    answer: { status: 200, description: 'What it is now, and what was given up.', schema: streamAdoptionAnswer },
    problems: ['not_found', 'not_terminal'],
    examples: {
      tried: {
        summary: 'What it would mean to read it from its beginning',
        body: { stream: EXAMPLE_STREAM, confirm: EXAMPLE_STREAM, last_id: '0-0', dry_run: true },
        answer: {
          status: 200,
          body: {
            ...EXAMPLE_ADOPTION,
            dry_run: true,
            last_id: '0-0',
            may_be_sent_again: 412,
            passed_over: 0,
            incidents_resolved: 0,
          },
        },
      },
      adopted: {
        summary: 'A stream on which reading has stopped',
        body: { stream: EXAMPLE_STREAM, confirm: EXAMPLE_STREAM },
        answer: {
          status: 200,
          body: {
            ...EXAMPLE_ADOPTION,
            dry_run: false,
            last_id: '1766721845000-0',
            may_be_sent_again: 0,
            passed_over: 412,
            incidents_resolved: 1,
          },
        },
      },
      never_consumed: {
        summary: 'One that was never consumed',
        body: { stream: 'mail:other', confirm: 'mail:other' },
        answer: problem('not_found', 'No such stream was ever consumed.'),
      },
      not_confirmed: {
        summary: 'Another name the second time',
        body: { stream: EXAMPLE_STREAM, confirm: 'mail:other' },
        answer: oneFault('/confirm', 'must be the name of the stream that is adopted'),
      },
    },
  },
];
