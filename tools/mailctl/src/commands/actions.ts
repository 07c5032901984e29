import type { OperatorAction } from '@mail/client';
import { Option, type Command } from 'commander';
import { withExamples } from '../arguments.js';
import { perform, type Context } from '../context.js';
import type { Column } from '../output/table.js';
import { timeColumn } from '../output/time-column.js';
import { addListOptions, periodOf, writeList, type ListOptions } from '../write-list.js';

const columns = ({ now }: Context): Column<OperatorAction>[] => [
  timeColumn('AT', ({ created_at }) => created_at, now),
  { title: 'OPERATOR', of: ({ operator }) => operator, shrinks: true },
  { title: 'ACTION', of: ({ action }) => action },
  {
    title: 'DELIVERIES',
    of: ({ delivery_ids: [first, ...others] }) => (first === undefined ? null : `${first}${others.length > 0 ? ` +${others.length}` : ''}`),
  },
  { title: 'DETAIL', of: ({ detail }) => JSON.stringify(detail), shrinks: true, lesser: true },
];

export function addActions(program: Command): void {
  const list = program
    .command('actions')
    .description('what operators did')
    .command('list')
    .description('the audit trail, the newest first');
  list.addOption(new Option('--by <operator>', 'of this operator').conflicts(['action', 'delivery']));
  list.addOption(new Option('--action <action>', 'of this kind, such as resend').conflicts(['by', 'delivery']));
  list.addOption(new Option('--delivery <id>', 'with this delivery').conflicts(['by', 'action']));
  addListOptions(list);
  withExamples(
    list,
    'mailctl actions list --from 24h',
    'mailctl actions list --by ada',
    'mailctl actions list --delivery 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e',
  );
  perform<ListOptions & { by?: string; action?: string; delivery?: string }>(list, (context, options) => {
    const query = { operator: options.by, action: options.action, delivery_id: options.delivery, ...periodOf(options) };
    return writeList(context, context.client.operatorActions, query, options, columns(context));
  });
}
