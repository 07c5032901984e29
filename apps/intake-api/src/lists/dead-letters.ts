import { parsePeriod, type AcceptedWithin } from '@mail/domain';
import { listDeadLetters, type DeadLetter } from '@mail/persistence';
import type { DeadLetterAnswer } from '../openapi/answers/lists.js';
import type { OperatorList } from '../operator-list.js';

/** What was given up, with the reason and the last reply. */
export const deadLetters: OperatorList<AcceptedWithin, DeadLetter> = {
  name: 'dead-letters',
  parse: parsePeriod,
  read: listDeadLetters,
  placeOf: ({ created_at, delivery_id }) => ({ at: created_at, id: delivery_id }),
  show: (_, rows): DeadLetterAnswer[] => rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() })),
};
