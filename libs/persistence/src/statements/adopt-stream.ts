import type { StreamStock } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** Where a stream stands whose adoption is asked for. Counts are as long as PostgreSQL's bigint: text. */
export interface AdoptableStream {
  readonly stream: string;
  readonly incarnation: number;
  readonly last_id: string;
  readonly consumed: string;
  readonly accepted: string;
  readonly replayed: string;
  readonly malformed: string;
  readonly missed: string;
  /** `null` while it is read: it cannot be adopted then. */
  readonly halted_at: Date | null;
  /** What its consumer has counted of it since. */
  readonly stock: StreamStock | null;
  readonly now: Date;
}

// The row is locked: of two who adopt one waits, and finds the stream not halted any more. Served by stream_offsets_pkey.
const lock = statement<AdoptableStream>(
  'lock_adoptable_stream',
  ['stream_offsets_pkey'],
  `select stream, incarnation, last_id, consumed, accepted, replayed, malformed, missed, halted_at, stock, now() as now
  from stream_offsets where stream = $1 for no key update`,
);

/** Holds a stream until the end of the transaction; `null` for one that was never consumed. */
export async function lockAdoptableStream(client: Runner, stream: string): Promise<AdoptableStream | null> {
  return (await run(client, lock, [stream]))[0] ?? null;
}

// Has the stream $1, on which reading has stopped, read on after $2: as a new incarnation, whose counters begin anew, its open incidents
// resolved. Served by stream_offsets_pkey, stream_incidents_open_idx. A consumer in a batch has nothing to write, since it had halted.
const adopt = statement<{ adopted_as: number; incidents_resolved: number }>(
  'adopt_stream',
  ['stream_offsets_pkey', 'stream_incidents_open_idx'],
  `with adopted as (
    update stream_offsets set incarnation = incarnation + 1, last_id = $2, consumed = 0, accepted = 0, replayed = 0, malformed = 0,
      missed = 0, counts_known = false, stock = null, halted_at = null, updated_at = date_trunc('milliseconds', now())
    where stream = $1 and halted_at is not null
    returning stream, incarnation
  ),
  resolved as (
    update stream_incidents i set resolved_at = date_trunc('milliseconds', now())
    from adopted where i.stream = adopted.stream and i.resolved_at is null
    returning i.incident_id
  )
  select incarnation as adopted_as, (select count(*)::int from resolved) as incidents_resolved from adopted`,
);

/** Of a stream that is held, and halted. */
export async function adoptStream(
  client: Runner,
  stream: string,
  lastId: string,
): Promise<{ readonly adopted_as: number; readonly incidents_resolved: number }> {
  const [adopted] = await run(client, adopt, [stream, lastId]);
  if (adopted === undefined) throw new Error('only a stream on which reading has stopped is adopted');
  return adopted;
}
