import type { StreamStock } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';
import type { StreamLease } from './stream-lease.js';

// Records what is in the stream $1, on which reading has stopped. Fenced like the offset. Served by stream_offsets_pkey.
const recordStock = statement(
  'record_stream_stock',
  ['stream_offsets_pkey'],
  `update stream_offsets set stock = $3::jsonb where stream = $1 and fencing_token = $2::bigint and halted_at is not null`,
);

export async function recordStreamStock(runner: Runner, held: StreamLease, stock: StreamStock): Promise<void> {
  await run(runner, recordStock, [held.stream, held.fencingToken, JSON.stringify(stock)]);
}

// All of the stream $1 is read, to which $4 entries were ever added: those that were not consumed were passed over at its adoption, or
// trimmed before. Fenced, and only where the offset is still $3. Served by stream_offsets_pkey.
const settleCounts = statement(
  'settle_stream_counts',
  ['stream_offsets_pkey'],
  `update stream_offsets set missed = $4::bigint - consumed, counts_known = true
  where stream = $1 and fencing_token = $2::bigint and last_id = $3 and not counts_known`,
);

export async function settleStreamCounts(runner: Runner, held: StreamLease, entriesAdded: number): Promise<void> {
  await run(runner, settleCounts, [held.stream, held.fencingToken, held.lastId, entriesAdded]);
}
