import { waitUntil } from '@mail/local/wait-until';
import type { World } from '../world/make-world.ts';

/** Undefined once no delivery is on its way and every entry of the stream is consumed; else what it still waits for. */
async function stillWaitsFor(world: World): Promise<string | undefined> {
  const [row] = await world.query<{ queued: number; last_id: string | null }>(
    `select (select count(*)::int from deliveries where status = 'queued') as queued,
      (select last_id from stream_offsets where stream = $1) as last_id`,
    [world.stream],
  );
  const last = (await world.redis.client.xrevrange(world.stream, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0';
  const offset = row?.last_id ?? '0-0';
  if (offset !== last && last !== '0-0') return `the stream is consumed up to ${offset}, and its last entry is ${last}`;
  return (row?.queued ?? 0) > 0 ? `${row?.queued} deliveries have not ended` : undefined;
}

/** Waits until the system has come to rest. Throws, saying what it waits for, where it does not. */
export async function untilQuiescent(world: World, withinMs: number): Promise<void> {
  let waitsFor: string | undefined;
  const atRest = await waitUntil(
    async () => {
      waitsFor = await stillWaitsFor(world).catch(String);
      return waitsFor === undefined ? true : undefined;
    },
    { withinMs, everyMs: 50 },
  );
  if (atRest === undefined) throw new Error(`not at rest within ${withinMs / 1000} s: ${waitsFor}`);
}
