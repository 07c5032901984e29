import type { LaneStats, Stats, StreamIncident, StreamStats } from '@mail/client';
import { describe, expect, it } from 'vitest';
import { concernsOf } from './concerns.js';
import { barsOf } from './ends-plot.js';

const NOW = Date.parse('2026-01-02T03:04:30Z');
const at = (ms: number): string => new Date(NOW + ms).toISOString();
const none = { count: 0, capped: false };
const lane: LaneStats = {
  priority: 'high',
  due: none,
  later: none,
  claimed: none,
  in_progress: none,
  oldest_due_at: at(-1000),
  oldest_due_age_ms: 1000,
};
const stream: StreamStats = {
  stream: 's',
  incarnation: 1,
  last_id: '1-0',
  consumed: 1,
  accepted: 1,
  replayed: 0,
  malformed: 0,
  missed: 0,
  lag_ms: 1,
  halted_at: null,
  updated_at: at(0),
  lease_holder: 'a',
  lease_expires_at: at(10_000),
};
const stats = (changes: Partial<Stats>): Stats => ({
  smtp_mode: 'smtp',
  deliveries: [],
  lanes: [lane],
  ended_last_hour: { since: null, capped: false, counts: {}, by_minute: [] },
  streams: [stream],
  ...changes,
});
const incident = { incident_id: 'i', resolved_at: null } as StreamIncident;

describe('what needs a look', () => {
  it('is nothing while due mail moves and the stream is read', () => {
    expect(concernsOf(stats({}), [{ ...incident, resolved_at: at(0) }], NOW)).toEqual([]);
  });

  it.each([
    ['late high', stats({ lanes: [{ ...lane, oldest_due_age_ms: 60_001 }] }), []],
    ['halted s', stats({ streams: [{ ...stream, halted_at: at(-1) }] }), []],
    ['unread s', stats({ streams: [{ ...stream, lease_expires_at: at(-1) }] }), []],
    ['unread s', stats({ streams: [{ ...stream, lease_expires_at: null }] }), []],
    ['incidents', stats({}), [incident]],
  ])('is %s', (key, now, incidents) => {
    expect(concernsOf(now, incidents, NOW).map((concern) => concern.key)).toEqual([key]);
  });
});

describe('the plot of an hour', () => {
  const bars = barsOf(
    {
      since: null,
      capped: false,
      counts: { sent: 5, failed: 1 },
      by_minute: [
        { minute: '2026-01-02T02:04:00.000Z', counts: { sent: 9 } },
        { minute: '2026-01-02T02:05:00.000Z', counts: { sent: 2 } },
        { minute: '2026-01-02T03:04:00.000Z', counts: { sent: 3, failed: 1 } },
      ],
    },
    NOW,
  );

  it('has sixty minutes, this one the last, and nothing of what is older', () => {
    expect(bars).toHaveLength(60);
    expect([bars[0], bars[59]]).toMatchObject([
      { minute: Date.parse('2026-01-02T02:05:00Z'), sent: 2 },
      { minute: Date.parse('2026-01-02T03:04:00Z'), sent: 3 },
    ]);
    expect(bars.reduce((sum, { sent }) => sum + sent, 0)).toBe(5);
  });

  it('has all that did not go out apart', () => {
    expect(bars[59]?.others.filter(({ count }) => count > 0)).toEqual([{ status: 'failed', count: 1 }]);
  });
});
