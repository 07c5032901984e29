import type { CappedCount, DeliveryStatus, LaneStats, Stats, StreamStats } from '@mail/client';
import type { Context } from '../context.js';
import { duration } from '../output/age.js';
import { table, type Column } from '../output/table.js';
import { timeColumn } from '../output/time-column.js';

const counted = ({ count, capped }: CappedCount): string => `${count}${capped ? '+' : ''}`;

interface StatusRow {
  readonly status: DeliveryStatus;
  readonly now: string | null;
  readonly ended: number | null;
}

const statuses = (since: string): Column<StatusRow>[] => [
  { title: 'DELIVERIES', of: ({ status }) => status, coloured: true },
  { title: 'NOW', of: ({ now }) => now, right: true },
  { title: `ENDED IN THE LAST ${since}`, of: ({ ended }) => ended, right: true },
];

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

const streams = ({ now }: Pick<Context, 'now'>): Column<StreamStats>[] => [
  { title: 'STREAM', of: ({ stream }) => stream, shrinks: true },
  { title: 'CONSUMED', of: ({ consumed }) => consumed, right: true },
  { title: 'MALFORMED', of: ({ malformed }) => malformed, right: true },
  { title: 'MISSED', of: ({ missed }) => missed, right: true },
  { title: 'LAG', of: ({ lag_ms }) => (lag_ms === null ? null : `${lag_ms}ms`), right: true },
  timeColumn('UPDATED', ({ updated_at }) => updated_at, now),
  { title: 'LEASE', of: ({ lease_holder }) => lease_holder, shrinks: true, lesser: true },
  timeColumn('HALTED', ({ halted_at }) => halted_at, now),
];

/** How it all stands, low enough for a terminal of 24 lines. */
export function statsText(stats: Stats, context: Context): string {
  const { screen, now } = context;
  const { since, capped, counts } = stats.ended_last_hour;
  // Where so many ended that not all are counted, the newest are, of a shorter time.
  const within = capped && since !== null ? duration(now() - Date.parse(since)).toUpperCase() : 'HOUR';
  const rows = stats.deliveries.map((entry) => ({ status: entry.status, now: counted(entry), ended: counts[entry.status] ?? null }));
  const read = stats.streams.length === 0 ? 'No stream was read yet.\n' : table(streams(context), stats.streams, screen);
  const mode = `SMTP mode: ${stats.smtp_mode === 'stub' ? 'stub (nothing is sent)' : stats.smtp_mode}\n`;
  return `${mode}\n${table(statuses(within), rows, screen)}\n${table(lanes, stats.lanes, screen)}\n${read}`;
}
