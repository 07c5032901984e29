import { once } from 'node:events';
import type { Redis } from 'ioredis';

/**
 * What `ask` answers; or `null` when its reply brings more than `most` bytes: the connection is dropped then, since nothing else
 * stops a reply. The client has a new one when this resolves; rejects when there is none within `patienceMs`.
 */
export async function withinBytes<T>(redis: Redis, most: number, patienceMs: number, ask: () => Promise<T>): Promise<T | null> {
  const { stream } = redis;
  const before = stream.bytesRead;
  const dropped: { reconnected: Promise<unknown> | null } = { reconnected: null };
  const count = (): void => {
    if (dropped.reconnected !== null || stream.bytesRead - before <= most) return;
    dropped.reconnected = once(redis, 'ready', { signal: AbortSignal.timeout(patienceMs) });
    dropped.reconnected.catch(() => undefined);
    // Not by `disconnect`, which only says goodbye, and reads on until the server hears it.
    stream.destroy();
  };
  stream.on('data', count);
  try {
    const answer = await ask();
    if (dropped.reconnected === null) return answer;
  } catch (error) {
    if (dropped.reconnected === null) throw error;
  } finally {
    stream.off('data', count);
  }
  await dropped.reconnected;
  return null;
}
