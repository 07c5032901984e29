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

const adoptedText = ({ stream, dry_run, incarnation, last_id, incidents_resolved, gave_up, ...counts }: AdoptedStream): string =>
  `${oneLine(stream)} ${dry_run ? 'would be' : 'is'} read on after ${last_id}, as incarnation ${incarnation}` +
  `${dry_run ? '' : `; incidents resolved: ${incidents_resolved}`}.\n${meaningOf(counts)}` +
  `${dry_run ? 'To give up' : 'Given up'}: incarnation ${gave_up.incarnation} at ${gave_up.last_id}, with ${gave_up.consumed} entries consumed.\n`;

/** What becomes of the entries that are there. */
function meaningOf({ may_be_sent_again, passed_over }: Pick<AdoptedStream, 'may_be_sent_again' | 'passed_over'>): string {
  if (may_be_sent_again === null) return 'How many entries may be sent again is not known: the consumer has not counted them.\n';
  return `Entries that may be sent again: at most ${may_be_sent_again}. Older ones, not read: at most ${passed_over ?? 0}.\n`;
}

interface AdoptOptions {
  readonly yes?: boolean;
  readonly lastId?: string;
  readonly dryRun?: boolean;
}

export function addStream(program: Command): void {
  const stream = program.command('stream').description('the Redis stream of commands');

  const incidents = addListOptions(stream.command('incidents').description('what went missing from it, the newest first'));
  withExamples(incidents, 'mailctl stream incidents --from 7d');
  perform<ListOptions>(incidents, (context, options) =>
    writeList(context, context.client.stream.incidents, periodOf(options), options, columns(context)),
  );

  const adopt = stream
    .command('adopt')
    .description('go on with a stream that went backwards, after what idempotency keys no longer cover')
    .argument('<stream>', 'its name: the Redis key')
    .option('--last-id <id>', 'read on after this entry instead; 0-0 reads all, and what is older than its key is sent again')
    .option('--dry-run', 'say what it would mean, and change nothing')
    .option('--yes', 'without asking');
  withExamples(adopt, 'mailctl stream adopt --dry-run mail:delivery_commands', 'mailctl stream adopt mail:delivery_commands');
  perform<AdoptOptions>(adopt, async (context, { yes = false, lastId, dryRun = false }, name = '') => {
    const request = { stream: name, confirm: name, ...(lastId === undefined ? {} : { last_id: lastId }) };
    const { adopt: ask } = context.client.stream;
    const question = async (): Promise<string> => {
      const meaning = await ask({ ...request, dry_run: true });
      return `${meaningOf(meaning)}Give up the offset and the counters of ${oneLine(name)}, and read it on after ${meaning.last_id}?`;
    };
    await confirm(question, yes || dryRun);
    await writeOne(context, await ask({ ...request, dry_run: dryRun }), adoptedText);
  });
}
