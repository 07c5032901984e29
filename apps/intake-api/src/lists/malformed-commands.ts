import { parsePeriod, type AcceptedWithin } from '@mail/domain';
import { listMalformedCommands, type ListedMalformedCommand } from '@mail/persistence';
import type { MalformedCommandAnswer } from '../openapi/answers/lists.js';
import type { OperatorList } from '../operator-list.js';

/** What the stream refused, and why; without the commands. */
export const malformedCommands: OperatorList<AcceptedWithin, ListedMalformedCommand> = {
  name: 'malformed-commands',
  parse: parsePeriod,
  read: listMalformedCommands,
  placeOf: ({ created_at, malformed_id }) => ({ at: created_at, id: malformed_id }),
  show: (_, rows): MalformedCommandAnswer[] =>
    rows.map((row) => ({ ...row, created_at: row.created_at.toISOString(), replayed_at: row.replayed_at?.toISOString() ?? null })),
};
