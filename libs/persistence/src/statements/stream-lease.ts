import { run, statement, type Runner } from '../statement.js';

/** The right to consume a stream, and where it stands. A holder whose `fencingToken` is no longer the stored one cannot write. */
export interface StreamLease {
  readonly stream: string;
  readonly incarnation: number;
  readonly lastId: string;
  readonly fencingToken: string;
  readonly consumed: number;
  readonly missed: number;
  /** Whether the stream's own count can be held against these: not from an adoption on, until all is read. */
  readonly countsKnown: boolean;
  readonly halted: boolean;
}

interface LeaseRow {
  incarnation: number;
  last_id: string;
  fencing_token: string;
  consumed: string;
  missed: string;
  counts_known: boolean;
  halted: boolean;
}

const OFFSET = `incarnation, last_id, fencing_token, consumed, missed, counts_known, halted_at is not null as halted`;

const addStream = statement(
  'add_stream',
  ['stream_offsets_pkey'],
  `insert into stream_offsets (stream, updated_at) values ($1, date_trunc('milliseconds', now())) on conflict (stream) do nothing`,
);

// Gives the lease of stream $1 to holder $2 for $3 ms if it is free or past its time, with the next fencing token.
// By the server's clock alone: a holder whose own clock jumps neither keeps nor loses it. Served by stream_offsets_pkey.
const acquire = statement<LeaseRow>(
  'acquire_stream_lease',
  ['stream_offsets_pkey'],
  `update stream_offsets set lease_holder = $2, lease_expires_at = now() + $3::bigint * interval '1 millisecond', fencing_token = fencing_token + 1
  where stream = $1 and (lease_holder is null or lease_expires_at <= now() or lease_holder = $2)
  returning ${OFFSET}`,
);

const renew = statement<LeaseRow>(
  'renew_stream_lease',
  ['stream_offsets_pkey'],
  `update stream_offsets set lease_expires_at = now() + $3::bigint * interval '1 millisecond'
  where stream = $1 and fencing_token = $2::bigint and lease_holder is not null
  returning ${OFFSET}`,
);

const release = statement(
  'release_stream_lease',
  ['stream_offsets_pkey'],
  `update stream_offsets set lease_holder = null, lease_expires_at = null where stream = $1 and fencing_token = $2::bigint`,
);

// Moves the offset, and the lease's time with it, in the transaction of what the entries became. Fenced: the token must be the
// stored one, and the offset where the reading began.
const advance = statement<{ last_id: string }>(
  'advance_stream_offset',
  ['stream_offsets_pkey'],
  `update stream_offsets set last_id = $4, consumed = consumed + $5::bigint + $6::bigint + $7::bigint, accepted = accepted + $5::bigint,
    replayed = replayed + $6::bigint, malformed = malformed + $7::bigint, updated_at = date_trunc('milliseconds', now()),
    lease_expires_at = now() + $8::bigint * interval '1 millisecond'
  where stream = $1 and fencing_token = $2::bigint and last_id = $3
  returning last_id`,
);

const lease = (stream: string, row: LeaseRow | undefined): StreamLease | null =>
  row === undefined
    ? null
    : {
        stream,
        incarnation: row.incarnation,
        lastId: row.last_id,
        fencingToken: row.fencing_token,
        consumed: Number(row.consumed),
        missed: Number(row.missed),
        countsKnown: row.counts_known,
        halted: row.halted,
      };

/** The lease, or `null` while another consumer holds it. */
export async function acquireStreamLease(runner: Runner, stream: string, holder: string, ttlMs: number): Promise<StreamLease | null> {
  await run(runner, addStream, [stream]);
  return lease(stream, (await run(runner, acquire, [stream, holder, ttlMs]))[0]);
}

/** The lease as it is stored now, or `null` once it has passed to another. */
export async function renewStreamLease(runner: Runner, held: StreamLease, ttlMs: number): Promise<StreamLease | null> {
  return lease(held.stream, (await run(runner, renew, [held.stream, held.fencingToken, ttlMs]))[0]);
}

export async function releaseStreamLease(runner: Runner, held: StreamLease): Promise<void> {
  await run(runner, release, [held.stream, held.fencingToken]);
}

export interface Advance {
  readonly lastId: string;
  readonly accepted: number;
  readonly replayed: number;
  readonly malformed: number;
}

/** Whether the offset moved. When it did not, the lease has passed to another, and the transaction must be rolled back. */
export async function advanceStreamOffset(runner: Runner, held: StreamLease, to: Advance, ttlMs: number): Promise<boolean> {
  const values = [held.stream, held.fencingToken, held.lastId, to.lastId, to.accepted, to.replayed, to.malformed, ttlMs];
  return (await run(runner, advance, values)).length === 1;
}
