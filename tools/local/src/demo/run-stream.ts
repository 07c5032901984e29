import type { Redis } from 'ioredis';

const OWN_STREAM = 'mail:delivery_commands';

/** A fresh stream for one run: the usual key of our own server, emptied; a key of the run's own where the server is somebody else's. */
export async function runStream(redis: Redis, own: boolean, run: string): Promise<{ stream: string; releaseStream: () => Promise<void> }> {
  const stream = own ? OWN_STREAM : `mail:${run}`;
  if (own) await redis.del(stream);
  return {
    stream,
    async releaseStream() {
      if (!own) await redis.del(stream);
    },
  };
}
