import type { Redis } from 'ioredis';
import type { StreamEntry } from './traffic.ts';

const PER_PIPELINE = 500;

/** Adds entries to the stream as producers do: one XADD each, with the three fields. */
export async function addEntries(redis: Redis, stream: string, entries: readonly StreamEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += PER_PIPELINE) {
    const pipeline = redis.pipeline();
    for (const { source, idempotencyKey, command } of entries.slice(from, from + PER_PIPELINE)) {
      pipeline.xadd(stream, '*', 'source', source, 'idempotency_key', idempotencyKey, 'command', command);
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  }
}
