import type { AcceptedWithin } from '@mail/domain';
import { pageBounds, type Page } from '../page.js';
import { run, statement, type Runner } from '../statement.js';
import type { StreamIncident } from './stream-incidents.js';

/** A row of `stream_incidents`. */
export interface ListedIncident {
  readonly incident_id: string;
  readonly stream: string;
  readonly incarnation: number;
  readonly kind: StreamIncident['kind'];
  readonly offset_id: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly detected_at: Date;
  readonly resolved_at: Date | null;
}

// Newest first; $1 to $4 as of every list. Served by stream_incidents_detected_idx.
const list = statement<ListedIncident>(
  'list_stream_incidents',
  ['stream_incidents_detected_idx'],
  `select incident_id, stream, incarnation, kind, offset_id, detail, detected_at, resolved_at from stream_incidents
  where (detected_at, incident_id) < ($1::timestamptz, $2::uuid) and detected_at >= $3::timestamptz
  order by detected_at desc, incident_id desc limit $4::int`,
);

/** One page of what the consumer saw go missing; the period is that of seeing it. */
export function listStreamIncidents(runner: Runner, filter: AcceptedWithin, page: Page): Promise<ListedIncident[]> {
  return run(runner, list, pageBounds(page, filter));
}
