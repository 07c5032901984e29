import { run, statement, type Runner } from '../statement.js';

/** Where a stream stood when its adoption was asked for, and what came of it. Counts are as long as PostgreSQL's bigint: text. */
export interface StreamAdoption {
  readonly stream: string;
  readonly incarnation: number;
  readonly last_id: string;
  readonly consumed: string;
  readonly accepted: string;
  readonly replayed: string;
  readonly malformed: string;
  readonly missed: string;
  readonly halted_at: Date | null;
  /** The new incarnation; `null` where the stream was not halted, and nothing was done. */
  readonly adopted_as: number | null;
  readonly incidents_resolved: number;
}

// Has the stream $1, if reading has stopped, read from its beginning: as a new incarnation, whose counters begin anew, its open
// incidents resolved. Returns where it stood. Served by stream_offsets_pkey, stream_incidents_open_idx. The row is locked first: of two
// who adopt one waits, and finds it not halted any more. A consumer in a batch has nothing to write, since it had halted.
const adopt = statement<StreamAdoption>(
  'adopt_stream',
  ['stream_offsets_pkey', 'stream_incidents_open_idx'],
  `with stood as materialized (
    select stream, incarnation, last_id, consumed, accepted, replayed, malformed, missed, halted_at
    from stream_offsets where stream = $1 for no key update
  ),
  adopted as (
    update stream_offsets o set incarnation = o.incarnation + 1, last_id = '0-0', consumed = 0, accepted = 0, replayed = 0, malformed = 0,
      missed = 0, halted_at = null, updated_at = date_trunc('milliseconds', now())
    from stood where o.stream = stood.stream and stood.halted_at is not null
    returning o.stream, o.incarnation
  ),
  resolved as (
    update stream_incidents i set resolved_at = date_trunc('milliseconds', now())
    from adopted where i.stream = adopted.stream and i.resolved_at is null
    returning i.incident_id
  )
  select stood.*, (select incarnation from adopted) as adopted_as, (select count(*)::int from resolved) as incidents_resolved from stood`,
);

/** `null` for a stream that was never consumed. */
export async function adoptStream(client: Runner, stream: string): Promise<StreamAdoption | null> {
  return (await run(client, adopt, [stream]))[0] ?? null;
}
