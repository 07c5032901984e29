import { processMemory } from '@mail/local/demo/process-memory';
import type { Scenario } from '../scenario.ts';

const ENTRIES = 20_000;
const LARGE = 8;
const LARGE_BYTES = 4_900_000;
const CHUNK = 1000;
const MOST_MB = 350;
// Left alone, Node lets its heap grow as long as there is memory to be had, and what a process takes says nothing of what it needs.
const BOUNDED_HEAP = '--max-old-space-size=128 --max-semi-space-size=4';

export const redisBacklogScenarios: readonly Scenario[] = [
  {
    id: 'redis-backlog',
    component: 'Redis',
    fault: `${ENTRIES} entries, ${LARGE} of them of 5 MB, are waiting when the consumer comes back`,
    async run(stage) {
      const { apps, redis, stream, query } = stage.world;
      await stage.send(5, { door: 'stream' });
      await stage.settled();
      await apps.kill('stream-consumer');
      stage.faulted();
      // The same commands again and again, which cost the SMTP server nothing; the large ones have expired already.
      const known = (await redis.client.xrevrange(stream, '+', '-', 'COUNT', 5)).map(([, fields]) => fields);
      const content = { mode: 'rendered', subject: 'Large', text: 'x'.repeat(LARGE_BYTES) };
      for (let added = 0; added < ENTRIES; added += CHUNK) {
        const pipeline = redis.client.pipeline();
        for (let n = 0; n < CHUNK; n += 1) pipeline.xadd(stream, '*', ...(known[n % known.length] ?? []));
        await pipeline.exec();
        if (added % (ENTRIES / LARGE) < CHUNK)
          await stage.send(1, { door: 'stream', command: { content, expires_at: '2020-01-01T00:00:00Z' } });
      }
      const last = (await redis.client.xrevrange(stream, '+', '-', 'COUNT', 1))[0]?.[0];
      const consumer = await apps.start('stream-consumer', { env: { NODE_OPTIONS: BOUNDED_HEAP } });
      await stage.until(
        'the backlog is consumed',
        async () =>
          (await query<{ last_id: string }>('select last_id from stream_offsets where stream = $1', [stream]))[0]?.last_id === last,
        120_000,
      );
      const { peakMb } = processMemory(consumer.pid);
      stage.check(peakMb < MOST_MB, `the consumer took ${peakMb} MB`);
      await redis.client.xtrim(stream, 'MAXLEN', 0);
    },
  },
];
