import { PRIORITIES } from '@mail/domain';
import type { Stats } from '@mail/persistence';
import type { SmtpConfig } from '@mail/runtime';
import type { StatsAnswer } from './openapi/answers/stats.js';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** The stats as they are answered. */
export function showStats({ deliveries, lanes, ended, streams }: Stats, smtpMode: SmtpConfig['mode']): StatsAnswer {
  return {
    smtp_mode: smtpMode,
    deliveries,
    lanes: lanes.map(({ lane, oldest_due_at, oldest_due_age_ms, oldest_unstarted_age_ms: _, ...depth }) => ({
      priority: PRIORITIES[lane],
      ...depth,
      oldest_due_at: time(oldest_due_at),
      oldest_due_age_ms: Math.round(oldest_due_age_ms),
    })),
    ended_last_hour: {
      since: time(ended.since),
      capped: ended.capped,
      counts: ended.counts,
      by_minute: ended.byMinute.map(({ minute, counts }) => ({ minute: minute.toISOString(), counts })),
    },
    streams: streams.map((stream) => ({
      ...stream,
      lag_ms: stream.lag_ms === null ? null : Math.round(stream.lag_ms),
      halted_at: time(stream.halted_at),
      updated_at: stream.updated_at.toISOString(),
      lease_expires_at: time(stream.lease_expires_at),
    })),
  };
}
