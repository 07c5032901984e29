import { setTimeout as wait } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { parseDuration, withExamples } from '../arguments.js';
import { perform, type Context } from '../context.js';
import { EXIT, exitCodeOf } from '../exit-code.js';
import { duration } from '../output/age.js';
import { BLANK, frame } from '../output/frame.js';
import { oneLine } from '../output/plain-text.js';
import { writeOne } from '../write-one.js';
import { statsText } from './show-stats.js';

export function addStats(program: Command): void {
  const stats = program.command('stats').description('how it all stands: deliveries, attempts, outcomes, streams');
  stats.option('--watch', 'again and again, until Ctrl-C');
  stats.addOption(new Option('--interval <duration>', 'with --watch: how often').argParser(parseDuration).default(2000, '2s'));
  withExamples(stats, 'mailctl stats', 'mailctl stats --watch --interval 5s', 'mailctl stats --json | jq .lanes');
  perform<{ watch?: boolean; interval: number }>(stats, async (context, { watch = false, interval }) => {
    if (!watch) return writeOne(context, await context.client.stats(), statsText);
    const showAgain = watching(context, interval);
    for (;;) {
      await showAgain();
      await wait(interval);
    }
  });
}

/** Asks and shows once. Who watches wants to see an outage pass, too: what was last known stays beneath it. */
function watching(context: Context, interval: number): () => Promise<void> {
  const { client, screen, json, now } = context;
  const { height } = screen;
  const onTerminal = height !== null && !json;
  let last = '';
  let before = BLANK;
  const draw = async (head: string): Promise<void> => {
    const at = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const title = screen.paint(`${at}, every ${duration(interval)}, until Ctrl-C`, 'dim');
    await screen.write(before + frame(`${title}\n${head}\n${last}`, screen.height ?? height ?? 24));
    before = '';
  };
  return async () => {
    try {
      const stats = await client.stats();
      last = statsText(stats, context);
      if (onTerminal) await draw('');
      else await writeOne(context, stats, () => `${last}\n`);
    } catch (error) {
      const code = exitCodeOf(error);
      if (code !== EXIT.unreachable && code !== EXIT.tryLater) throw error;
      const told = oneLine(error instanceof Error ? error.message : String(error));
      if (onTerminal) await draw(`${screen.paint(told, 'red')}\n`);
      else screen.note(told);
    }
  };
}
