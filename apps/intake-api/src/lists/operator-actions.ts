import { parseActionFilter, type ActionFilter } from '@mail/domain';
import { listOperatorActions, type ListedAction } from '@mail/persistence';
import type { OperatorActionAnswer } from '../openapi/answers/lists.js';
import type { OperatorList } from '../operator-list.js';

/** The audit trail. */
export const operatorActions: OperatorList<ActionFilter, ListedAction> = {
  name: 'operator-actions',
  parse: parseActionFilter,
  read: listOperatorActions,
  placeOf: ({ created_at, action_id }) => ({ at: created_at, id: action_id }),
  show: (_, rows): OperatorActionAnswer[] => rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() })),
};
