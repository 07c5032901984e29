import { DELIVERY_STATUSES, PRIORITIES } from '@mail/domain';
import type { DeadLetterAnswer, MalformedCommandAnswer, OperatorActionAnswer, StreamIncidentAnswer } from '../answers/lists.js';
import type { StatsAnswer } from '../answers/stats.js';
import { EXAMPLE_IDS, EXAMPLE_STREAM } from '../examples.js';

export const EXAMPLE_DEAD_LETTER: DeadLetterAnswer = {
  delivery_id: EXAMPLE_IDS.sent,
  source: 'shop',
  idempotency_key: 'welcome-41',
  template_id: null,
  reason: 'transient_rejected',
  attempts: 6,
  smtp_code: 450,
  enhanced_code: '4.2.1',
  smtp_reply: '450 4.2.1 later',
  error: null,
  created_at: '2026-01-02T11:45:05.000Z',
};

export const EXAMPLE_MALFORMED: MalformedCommandAnswer = {
  malformed_id: EXAMPLE_IDS.malformed,
  stream: EXAMPLE_STREAM,
  incarnation: 1,
  entry_id: '1767323045000-0',
  source: 'shop',
  idempotency_key: 'welcome-43',
  code: 'unknown_template',
  reason: 'There is no template of this name in the catalog.',
  faults: [{ pointer: '/content/template_id', detail: 'is not in the catalog' }],
  raw_bytes: 97,
  sha256: null,
  created_at: '2026-01-02T03:04:05.000Z',
  replayed_at: null,
  delivery_id: null,
  replay_outcome: null,
};

export const EXAMPLE_INCIDENT: StreamIncidentAnswer = {
  incident_id: EXAMPLE_IDS.incident,
  stream: EXAMPLE_STREAM,
  incarnation: 1,
  kind: 'gap',
  offset_id: '1767323045000-0',
  detail: { entries_missing: 3, last_seen_at: '2026-01-02T03:04:05.000Z' },
  detected_at: '2026-01-02T03:04:05.000Z',
  resolved_at: null,
};

export const EXAMPLE_ACTION: OperatorActionAnswer = {
  action_id: EXAMPLE_IDS.action,
  operator: 'Ada Lovelace',
  action: 'cancel',
  delivery_ids: [EXAMPLE_IDS.queued],
  detail: { status: 'cancelled', end_reason: 'cancelled_by_operator' },
  created_at: '2026-01-02T03:04:06.120Z',
};

const count = (n: number) => ({ count: n, capped: false });

export const EXAMPLE_STATS: StatsAnswer = {
  smtp_mode: 'smtp',
  deliveries: DELIVERY_STATUSES.map((status) => ({ status, ...(status === 'sent' ? { count: 10_000, capped: true } : count(12)) })),
  lanes: PRIORITIES.map((priority) => ({
    priority,
    due: count(3),
    later: count(2),
    claimed: count(5),
    in_progress: count(2),
    oldest_due_at: '2026-01-02T03:04:05.000Z',
    oldest_due_age_ms: 812,
  })),
  ended_last_hour: {
    since: '2026-01-02T02:51:44.120Z',
    capped: true,
    counts: { sent: 9941, failed: 59 },
    by_minute: [{ minute: '2026-01-02T02:51:00.000Z', counts: { sent: 301, failed: 59 } }],
  },
  streams: [
    {
      stream: EXAMPLE_STREAM,
      incarnation: 1,
      last_id: '1767323045000-0',
      consumed: 90210,
      accepted: 90100,
      replayed: 100,
      malformed: 10,
      missed: 0,
      lag_ms: 14,
      halted_at: null,
      updated_at: '2026-01-02T03:04:05.014Z',
      lease_holder: 'consumer-0',
      lease_expires_at: '2026-01-02T03:04:20.014Z',
    },
  ],
};
