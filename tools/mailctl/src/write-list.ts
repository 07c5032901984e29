import type { List } from '@mail/client';
import { Option, type Command } from 'commander';
import { parseCount, parseTime } from './arguments.js';
import type { Context } from './context.js';
import { jsonLine } from './output/plain-text.js';
import { tableWriter, type Column } from './output/table.js';

export interface ListOptions {
  readonly limit: number;
  readonly all?: boolean;
  readonly from?: string;
  readonly to?: string;
}

const LARGEST_PAGE = 200;

/** `--from`, `--to`, `--limit` and `--all`. */
export function addListOptions(command: Command): Command {
  return command
    .addOption(new Option('--from <time>', 'from this time on, or so long ago (2h, 7d)').argParser(parseTime))
    .addOption(new Option('--to <time>', 'before this time').argParser(parseTime))
    .addOption(new Option('--limit <n>', 'so many at most').argParser(parseCount).default(50))
    .addOption(new Option('--all', 'all there are').conflicts('limit'));
}

export const periodOf = ({ from, to }: ListOptions) => ({ created_from: from, created_to: to });

/** Writes a list as a table, or as one JSON document a line, page by page, following its cursors as far as was asked for. */
export async function writeList<Item, Query extends object>(
  { screen, json }: Context,
  source: Pick<List<Item, Query>, 'list'>,
  query: Query,
  { limit, all = false }: ListOptions,
  columns: readonly Column<Item>[],
): Promise<void> {
  const most = all ? Infinity : limit;
  const rows = tableWriter(columns, screen);
  let cursor: string | undefined;
  for (let written = 0; written < most;) {
    const { items, next_cursor } = await source.list({ ...query, limit: Math.min(LARGEST_PAGE, most - written), cursor });
    if (items.length > 0) await screen.write(json ? items.map((item) => `${jsonLine(item)}\n`).join('') : rows(items));
    written += items.length;
    if (next_cursor === null) {
      if (written === 0 && !json) screen.note('(none)');
      return;
    }
    cursor = next_cursor;
  }
  screen.note(`(the newest ${limit}; more with --limit or --all)`);
}
