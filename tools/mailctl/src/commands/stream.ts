import type { AdoptedStream, StreamIncident } from '@mail/client';
import type { Command } from 'commander';
import { withExamples } from '../arguments.js';
import { confirm } from '../confirm.js';
import { perform, type Context } from '../context.js';
import { oneLine } from '../output/plain-text.js';
import type { Column } from '../output/table.js';
import { timeColumn } from '../output/time-column.js';
import { addListOptions, periodOf, writeList, type ListOptions } from '../write-list.js';
import { writeOne } from '../write-one.js';

const columns = ({ now }: Context): Column<StreamIncident>[] => [
  timeColumn('DETECTED', ({ detected_at }) => detected_at, now),
  timeColumn('RESOLVED', ({ resolved_at }) => resolved_at, now),
  { title: 'STREAM', of: ({ stream }) => stream, shrinks: true },
  { title: 'INCARNATION', of: ({ incarnation }) => incarnation, right: true, lesser: true },
  { title: 'KIND', of: ({ kind }) => kind },
  { title: 'OFFSET', of: ({ offset_id }) => offset_id },
  { title: 'DETAIL', of: ({ detail }) => JSON.stringify(detail), shrinks: true },
];

const adoptedText = ({ stream, incarnation, incidents_resolved, gave_up }: AdoptedStream): string =>
  `${oneLine(stream)} is read from its beginning, as incarnation ${incarnation}; incidents resolved: ${incidents_resolved}.\n` +
  `Given up: incarnation ${gave_up.incarnation} at ${gave_up.last_id}, with ${gave_up.consumed} entries consumed.\n`;

export function addStream(program: Command): void {
  const stream = program.command('stream').description('the Redis stream of commands');

  const incidents = addListOptions(stream.command('incidents').description('what went missing from it, the newest first'));
  withExamples(incidents, 'mailctl stream incidents --from 7d');
  perform<ListOptions>(incidents, (context, options) =>
    writeList(context, context.client.stream.incidents, periodOf(options), options, columns(context)),
  );

  const adopt = stream
    .command('adopt')
    .description('go on with a stream that went backwards, from its beginning')
    .argument('<stream>', 'its name: the Redis key')
    .option('--yes', 'without asking');
  withExamples(adopt, 'mailctl stream adopt mail:delivery_commands');
  perform<{ yes?: boolean }>(adopt, async (context, { yes = false }, name = '') => {
    await confirm(`Give up the offset and the counters of ${oneLine(name)}, and read it from its beginning?`, yes);
    await writeOne(context, await context.client.stream.adopt({ stream: name, confirm: name }), adoptedText);
  });
}
