import type { MalformedCommand, ShownMalformedCommand } from '@mail/client';
import type { Command } from 'commander';
import { withExamples } from '../arguments.js';
import { perform, type Context } from '../context.js';
import { timeWithAge } from '../output/age.js';
import { manyLines } from '../output/plain-text.js';
import { fields, table, type Column } from '../output/table.js';
import { timeColumn } from '../output/time-column.js';
import { addListOptions, periodOf, writeList, type ListOptions } from '../write-list.js';
import { writeOne } from '../write-one.js';

const columns = ({ now }: Context): Column<MalformedCommand>[] => [
  { title: 'MALFORMED', of: ({ malformed_id }) => malformed_id },
  timeColumn('CREATED', ({ created_at }) => created_at, now),
  { title: 'SOURCE', of: ({ source }) => source, shrinks: true, lesser: true },
  { title: 'KEY', of: ({ idempotency_key }) => idempotency_key, shrinks: true, lesser: true },
  { title: 'CODE', of: ({ code }) => code },
  { title: 'REPLAYED', of: ({ replay_outcome }) => replay_outcome, lesser: true },
  { title: 'REASON', of: ({ reason }) => reason, shrinks: true },
];

function shown(command: ShownMalformedCommand, { screen, now }: Context): string {
  const { faults, replayed_at } = command;
  const top = fields(
    [
      ['malformed', command.malformed_id],
      ['code', command.code],
      ['reason', command.reason],
      ['stream', command.stream],
      ['entry', command.entry_id],
      ['incarnation', command.incarnation],
      ['source', command.source],
      ['idempotency key', command.idempotency_key],
      ['bytes', command.raw_bytes],
      ['sha256', command.sha256 ?? undefined],
      ['created', timeWithAge(command.created_at, now())],
      ['replayed', replayed_at === null ? undefined : `${timeWithAge(replayed_at, now())}: ${command.replay_outcome ?? ''}`],
      ['delivery', command.delivery_id ?? undefined],
    ],
    screen.paint,
  );
  const where: Column<(typeof faults)[number]>[] = [
    { title: 'AT', of: ({ pointer }) => (pointer === '' ? '(the whole)' : pointer) },
    { title: 'FAULT', of: ({ detail }) => detail },
  ];
  const wrong = faults.length === 0 ? '' : `\n${table(where, faults, screen)}`;
  return `${top}${wrong}${command.command === null ? '' : `\n${manyLines(JSON.stringify(command.command, null, 2))}\n`}`;
}

export function addMalformed(program: Command): void {
  const malformed = program.command('malformed').description('commands that the stream refused');

  const list = addListOptions(malformed.command('list').description('refused commands, the newest first'));
  withExamples(list, 'mailctl malformed list --from 1h', 'mailctl malformed list --all --json | jq -r .code | sort | uniq -c');
  perform<ListOptions>(list, (context, options) =>
    writeList(context, context.client.malformedCommands, periodOf(options), options, columns(context)),
  );

  const show = malformed
    .command('show')
    .description('one of them: what was wrong, and the command, secrets masked')
    .argument('<id>', 'the malformed_id');
  withExamples(show, 'mailctl malformed show 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e');
  perform(show, async (context, _, id = '') => writeOne(context, await context.client.malformedCommands.get(id), shown));

  const replay = malformed
    .command('replay')
    .description('try one again; it becomes one delivery at most')
    .argument('<id>', 'the malformed_id');
  withExamples(replay, 'mailctl malformed replay 019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e');
  perform(replay, async (context, _, id = '') =>
    writeOne(
      context,
      await context.client.malformedCommands.replay(id),
      ({ delivery_id, outcome, replayed }) => `It is delivery ${delivery_id} (${replayed ? 'as before' : outcome}).\n`,
    ),
  );
}
