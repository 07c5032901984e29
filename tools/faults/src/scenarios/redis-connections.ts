import { setInterval as every } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

const STREAM = { door: 'stream' } as const;

/** Waits until so many more commands were handed over. */
async function moreSent(stage: Stage, count: number): Promise<void> {
  const target = stage.commands.length + count;
  await stage.until('more commands are handed over', () => stage.commands.length >= target);
}

export const redisConnectionScenarios: readonly Scenario[] = [
  {
    id: 'redis-killed',
    component: 'Redis',
    fault: 'SIGKILL, and a start with its append-only file',
    short: true,
    async run(stage) {
      const { redis } = stage.world;
      // Otherwise what it has acknowledged in the last second may be gone.
      await redis.client.config('SET', 'appendfsync', 'always');
      const traffic = stage.traffic(20);
      await moreSent(stage, 20);
      await redis.stop();
      stage.faulted();
      await redis.start();
      await moreSent(stage, 10);
      await traffic.stop();
      await stage.settled();
    },
  },
  {
    id: 'redis-paused',
    component: 'Redis',
    fault: 'CLIENT PAUSE for longer than every time-out',
    async run(stage) {
      const { redis, apps } = stage.world;
      const consumer = apps.get('stream-consumer');
      const logged = consumer.log().length;
      const traffic = stage.traffic(20, STREAM);
      await moreSent(stage, 10);
      await redis.client.client('PAUSE', 4000);
      stage.faulted();
      await stage.until('the consumer finds that Redis does not answer', () =>
        consumer
          .log()
          .slice(logged)
          .some(({ event }) => event === 'turn_failed'),
      );
      await traffic.stop();
      await stage.settled();
      stage.check(apps.get('stream-consumer') === consumer, 'the consumer has ended meanwhile');
    },
  },
  {
    id: 'redis-clients-killed',
    component: 'Redis',
    fault: 'CLIENT KILL of everybody each 300 ms',
    async run(stage) {
      const { redis } = stage.world;
      const traffic = stage.traffic(20);
      stage.faulted();
      let killed = 0;
      let kills = 0;
      for await (const _ of every(300)) {
        killed += Number(await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal'));
        if ((kills += 1) === 10) break;
      }
      await traffic.stop();
      await stage.settled();
      stage.check(killed > 0, 'nobody was connected');
    },
  },
  {
    id: 'redis-half-open',
    component: 'Redis',
    fault: 'the connection of a blocked XREAD goes silent, and nobody is told',
    short: true,
    async run(stage) {
      await stage.world.toRedis.cut({ bytes: 'xread', side: 'before', how: 'hang' });
      stage.faulted();
      await stage.send(3, STREAM);
      // The block and the operation time-out are 1.5 s; the rest is for a busy machine.
      await stage.until('the commands come by another connection', async () => (await stage.stored()) === 3, 10_000);
    },
  },
  {
    id: 'redis-full',
    component: 'Redis',
    fault: 'maxmemory is reached',
    async run(stage) {
      const { client } = stage.world.redis;
      await client.config('SET', 'maxmemory', '1');
      stage.faulted();
      try {
        const refused = await stage.send(2, { ...STREAM, once: true });
        stage.check(
          refused.every(({ acknowledgement }) => acknowledgement !== 'acknowledged'),
          'a full Redis has acknowledged a command',
        );
        // The other door does without Redis.
        const [taken] = await stage.send(1, { door: 'http', once: true });
        stage.check(taken?.acknowledgement === 'acknowledged', 'a full Redis keeps the HTTP door from accepting');
      } finally {
        await client.config('SET', 'maxmemory', '0');
      }
      const later = await stage.send(2, STREAM);
      stage.check(
        later.every(({ acknowledgement }) => acknowledgement === 'acknowledged'),
        'Redis has room again, and refuses',
      );
      await stage.until('what was acknowledged is stored', async () => (await stage.stored()) === 3);
    },
  },
];
