import { run, statement, type Runner } from '../statement.js';
import type { StreamLease } from './stream-lease.js';

export interface StreamIncident {
  readonly kind: 'gap' | 'missing_key' | 'went_backwards' | 'wrong_type';
  readonly detail: Record<string, unknown>;
  /** Entries found missing by a gap, its detail's `entries_missing` where that is known; 0 for the other kinds. */
  readonly missed: number;
  /** Whether reading stops until an operator has adopted the new stream. */
  readonly halts: boolean;
}

// Records what the consumer saw go missing, one open row an offset and kind. Fenced like the offset. More that went missing at the
// same offset, while the row is open, is added to it; seeing the same again ($7 = 0) changes nothing. Returns whether it tells something new.
const record = statement<{ incident_id: string }>(
  'record_stream_incident',
  ['stream_offsets_pkey', 'stream_incidents_open_idx'],
  `with held as (
    update stream_offsets set missed = missed + $7::bigint,
      halted_at = case when $8 then coalesce(halted_at, date_trunc('milliseconds', now())) else halted_at end
    where stream = $2 and fencing_token = $3::bigint
    returning incarnation, last_id
  )
  insert into stream_incidents (incident_id, stream, incarnation, kind, offset_id, detail, detected_at)
  select $1::uuid, $2, incarnation, $4, $5, $6::jsonb, date_trunc('milliseconds', now()) from held
  on conflict (stream, incarnation, kind, offset_id) where resolved_at is null do update set detail = excluded.detail || jsonb_build_object(
      'entries_missing', (stream_incidents.detail->>'entries_missing')::bigint + (excluded.detail->>'entries_missing')::bigint,
      'last_seen_at', to_char(excluded.detected_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    ) where $7 <> 0
  returning incident_id`,
);

export async function recordStreamIncident(
  runner: Runner,
  held: StreamLease,
  incidentId: string,
  incident: StreamIncident,
): Promise<boolean> {
  const { kind, detail, missed, halts } = incident;
  const values = [incidentId, held.stream, held.fencingToken, kind, held.lastId, JSON.stringify(detail), missed, halts];
  return (await run(runner, record, values)).length === 1;
}
