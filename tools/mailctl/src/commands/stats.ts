import { setTimeout as wait } from 'node:timers/promises';
import type { CappedCount, LaneStats, Stats, StreamStats } from '@mail/client';
import { Option, type Command } from 'commander';
import { parseDuration, withExamples } from '../arguments.js';
import { perform, type Context } from '../context.js';
import { EXIT, exitCodeOf } from '../exit-code.js';
import { duration, timeWithAge } from '../output/age.js';
import { oneLine } from '../output/plain-text.js';
import { fields, table, type Column } from '../output/table.js';
import { writeOne } from '../write-one.js';

const counted = ({ count, capped }: CappedCount): string => `${count}${capped ? '+' : ''}`;

const lanes: readonly Column<LaneStats>[] = [
  { title: 'LANE', of: ({ priority }) => priority },
  { title: 'DUE', of: ({ due }) => counted(due), right: true },
  { title: 'LATER', of: ({ later }) => counted(later), right: true },
  { title: 'CLAIMED', of: ({ claimed }) => counted(claimed), right: true },
  { title: 'IN PROGRESS', of: ({ in_progress }) => counted(in_progress), right: true },
  {
    title: 'OLDEST DUE',
    of: ({ oldest_due_at, oldest_due_age_ms }) => (oldest_due_at === null ? null : duration(oldest_due_age_ms)),
    right: true,
  },
];

const streams = ({ now }: Context): Column<StreamStats>[] => [
  { title: 'STREAM', of: ({ stream }) => stream },
  { title: 'CONSUMED', of: ({ consumed }) => consumed, right: true },
  { title: 'MALFORMED', of: ({ malformed }) => malformed, right: true },
  { title: 'MISSED', of: ({ missed }) => missed, right: true },
  { title: 'LAG', of: ({ lag_ms }) => (lag_ms === null ? null : `${lag_ms}ms`), right: true },
  { title: 'UPDATED', of: ({ updated_at }) => timeWithAge(updated_at, now()) },
  { title: 'LEASE', of: ({ lease_holder }) => lease_holder, shrinks: true },
  { title: 'HALTED', of: ({ halted_at }) => (halted_at === null ? null : timeWithAge(halted_at, now())) },
];

function statsText(stats: Stats, context: Context): string {
  const { screen } = context;
  const title = (text: string): string => `${screen.paint(text, 'bold')}\n`;
  const byStatus = fields(
    stats.deliveries.map((entry) => [entry.status, counted(entry)]),
    screen.paint,
  );
  const { since, capped, counts } = stats.ended_last_hour;
  const ends = Object.entries(counts);
  const ended = ends.length === 0 ? 'none\n' : fields(ends, screen.paint);
  const read = stats.streams.length === 0 ? 'none was read yet\n' : table(streams(context), stats.streams, screen);
  return (
    `${title('Deliveries')}${byStatus}\n${title('Attempts')}${table(lanes, stats.lanes, screen)}\n` +
    `${title(capped ? `Ended since ${timeWithAge(since, context.now())}, the newest` : 'Ended in the last hour')}${ended}\n` +
    `${title('Streams')}${read}`
  );
}

const CLEAR = '\u001b[H\u001b[2J\u001b[3J';

export function addStats(program: Command): void {
  const stats = program.command('stats').description('how it all stands: deliveries, attempts, outcomes, streams');
  stats.option('--watch', 'again and again, until Ctrl-C');
  stats.addOption(new Option('--interval <duration>', 'with --watch: how often').argParser(parseDuration).default(2000, '2s'));
  withExamples(stats, 'mailctl stats', 'mailctl stats --watch --interval 5s', 'mailctl stats --json | jq .lanes');
  perform<{ watch?: boolean; interval: number }>(stats, async (context, { watch = false, interval }) => {
    if (!watch) return writeOne(context, await context.client.stats(), statsText);
    for (;;) {
      await showAgain(context);
      await wait(interval);
    }
  });
}

/** Who watches wants to see an outage pass, too. */
async function showAgain(context: Context): Promise<void> {
  const { client, screen, json } = context;
  const clear = screen.isTerminal && !json ? CLEAR : '';
  try {
    const stats = await client.stats();
    await writeOne(context, stats, (answer) => `${clear}${statsText(answer, context)}\n`);
  } catch (error) {
    const code = exitCodeOf(error);
    if (code !== EXIT.unreachable && code !== EXIT.tryLater) throw error;
    screen.note(`${clear}${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
}
