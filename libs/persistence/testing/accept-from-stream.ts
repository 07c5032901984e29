import type { NewDelivery } from '@mail/domain';
import { acceptCandidates } from '../src/accept-candidates.js';
import { acquireStreamLease, advanceStreamOffset } from '../src/statements/stream-lease.js';
import { candidate, DAY_MS, type SpecDatabase } from './spec-database.js';

/** Accepts a batch as the stream's consumer does, with the offset in the same transaction. */
export async function acceptFromStream(spec: SpecDatabase, stream: string, deliveries: readonly NewDelivery[]): Promise<void> {
  const lease = await acquireStreamLease(spec.database, stream, 'consumer', DAY_MS);
  if (lease === null) throw new Error(`the lease of ${stream} is held by another`);
  await spec.database.transaction(async (transaction) => {
    const acceptances = await acceptCandidates(transaction, deliveries.map(candidate), 7 * DAY_MS, lease);
    const accepted = acceptances.filter((answer) => answer.kind === 'accepted' && !answer.replayed).length;
    const replayed = acceptances.length - accepted;
    const lastId = `${Number(lease.lastId.split('-')[0]) + deliveries.length}-0`;
    const moved = await advanceStreamOffset(transaction, lease, { lastId, accepted, replayed, malformed: 0 }, DAY_MS);
    if (!moved) throw new Error(`the lease of ${stream} has passed to another`);
  });
}
