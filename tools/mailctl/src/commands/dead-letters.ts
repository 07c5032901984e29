import type { DeadLetter } from '@mail/client';
import type { Command } from 'commander';
import { withExamples } from '../arguments.js';
import { perform, type Context } from '../context.js';
import type { Column } from '../output/table.js';
import { timeColumn } from '../output/time-column.js';
import { addListOptions, periodOf, writeList, type ListOptions } from '../write-list.js';

const columns = ({ now }: Context): Column<DeadLetter>[] => [
  { title: 'DELIVERY', of: ({ delivery_id }) => delivery_id },
  timeColumn('GIVEN UP', ({ created_at }) => created_at, now),
  { title: 'SOURCE', of: ({ source }) => source, shrinks: true, lesser: true },
  { title: 'TEMPLATE', of: ({ template_id }) => template_id, shrinks: true, lesser: true },
  { title: 'ATTEMPTS', of: ({ attempts }) => attempts, right: true, lesser: true },
  { title: 'REASON', of: ({ reason }) => reason, coloured: true },
  { title: 'LAST REPLY', of: ({ smtp_reply, error }) => smtp_reply ?? error, shrinks: true },
];

export function addDeadLetters(program: Command): void {
  const list = program
    .command('dead-letters')
    .description('what was given up')
    .command('list')
    .description('dead letters, the newest first');
  addListOptions(list);
  withExamples(list, 'mailctl dead-letters list --from 1h', 'mailctl dead-letters list --all --json | jq -r .smtp_reply | sort | uniq -c');
  perform<ListOptions>(list, (context, options) =>
    writeList(context, context.client.deadLetters, periodOf(options), options, columns(context)),
  );
}
