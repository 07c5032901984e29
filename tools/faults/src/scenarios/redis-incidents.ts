import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { adoptStream, tryAdoption } from '../world/adopt-stream.ts';

interface Incident {
  readonly kind: string;
  readonly detail: { readonly entries_missing?: number | null };
}

/** What the consumer has reported; as long as the offset moves on, each is a row of its own. */
function incidents({ world }: Stage): Promise<Incident[]> {
  return world.query<Incident & Record<string, unknown>>(
    'select kind, detail from stream_incidents where stream = $1 order by detected_at',
    [world.stream],
  );
}

/** Waits for the first incident of this kind beyond those that were there before. */
function reported(stage: Stage, kind: string, before: readonly Incident[]): Promise<Incident> {
  return stage.until(`the consumer reports ${kind}`, async () =>
    (await incidents(stage)).slice(before.length).find((one) => one.kind === kind),
  );
}

async function offset({ world }: Stage): Promise<{ last_id: string; halted: boolean; replayed: number }> {
  const [row] = await world.query<{ last_id: string; halted: boolean; replayed: number }>(
    `select last_id, halted_at is not null as halted, replayed::int as replayed from stream_offsets where stream = $1`,
    [world.stream],
  );
  return row ?? { last_id: '0-0', halted: false, replayed: 0 };
}

/** Has the consumer consume something, so that there is an offset of this scenario's own; resolves to what was reported before. */
async function consumed(stage: Stage, count = 1): Promise<Incident[]> {
  await stage.send(count, { door: 'stream' });
  await stage.settled();
  return incidents(stage);
}

/** Entries that Redis is going to lose before they are read: nobody can deliver them, so nobody expects them. */
async function addDoomed({ world }: Stage, count: number): Promise<void> {
  for (let added = 0; added < count; added += 1) await world.redis.client.xadd(world.stream, '*', 'source', 'faults', 'command', 'lost');
}

/** Resolves once the consumer, idle, has looked for losses. */
async function surveyed(stage: Stage): Promise<void> {
  const surveys = async (): Promise<number> =>
    Number(/cmdstat_xinfo\|stream:calls=(\d+)/.exec(await stage.world.redis.client.info('commandstats'))?.[1] ?? 0);
  const before = await surveys();
  // The first may have been under way.
  await stage.until('the consumer has looked for losses', async () => (await surveys()) >= before + 2);
}

/** A stream that took the place of another is read on, and told of as a gap of unknown size. */
async function readsTheNewStream(stage: Stage, before: readonly Incident[]): Promise<void> {
  await stage.send(3, { door: 'stream' });
  const { detail } = await reported(stage, 'gap', before);
  stage.check(detail.entries_missing === null, `a stream was replaced, and ${detail.entries_missing} entries reported as missing`);
  await stage.settled();
}

export const redisIncidentScenarios: readonly Scenario[] = [
  {
    id: 'redis-trimmed-unread',
    component: 'Redis',
    fault: 'XTRIM beyond the offset, while the consumer is down',
    async run(stage) {
      const { apps, redis, stream } = stage.world;
      const before = await consumed(stage);
      await apps.kill('stream-consumer');
      await addDoomed(stage, 5);
      await stage.send(3, { door: 'stream' });
      await redis.client.xtrim(stream, 'MAXLEN', 3);
      stage.faulted();
      await apps.start('stream-consumer');
      const { detail } = await reported(stage, 'gap', before);
      stage.check(detail.entries_missing === 5, `5 entries were lost, and ${detail.entries_missing} reported`);
      await stage.settled();
    },
  },
  {
    id: 'redis-trimmed-while-reading',
    component: 'Redis',
    fault: 'XTRIM beyond the offset, between two reads of a consumer that is busy',
    async run(stage) {
      const { redis, stream, toPostgres } = stage.world;
      const before = await consumed(stage);
      const proxy = toPostgres.get('stream-consumer');
      const storing = proxy?.cut({ bytes: 'advance_stream_offset', side: 'before', how: 'hang' });
      await stage.send(1, { door: 'stream' });
      await storing;
      await addDoomed(stage, 5);
      await stage.send(2, { door: 'stream' });
      await redis.client.xtrim(stream, 'MAXLEN', 2);
      stage.faulted();
      proxy?.mode('pass');
      const { detail } = await reported(stage, 'gap', before);
      stage.check(detail.entries_missing === 5, `5 entries were lost, and ${detail.entries_missing} reported`);
      await stage.settled();
    },
  },
  {
    id: 'redis-trimmed-consumed',
    component: 'Redis',
    fault: 'XTRIM of what was consumed',
    async run(stage) {
      const { redis, stream } = stage.world;
      const before = await consumed(stage, 3);
      await redis.client.xtrim(stream, 'MAXLEN', 0);
      stage.faulted();
      await surveyed(stage);
      await stage.send(3, { door: 'stream' });
      await stage.settled();
      await redis.client.xtrim(stream, 'MAXLEN', 1);
      await surveyed(stage);
      const found = (await incidents(stage)).slice(before.length);
      stage.check(found.length === 0, `${found[0]?.kind} was reported, though nothing was lost`);
    },
  },
  {
    id: 'redis-flushed',
    component: 'Redis',
    fault: 'FLUSHALL, and new commands at once',
    async run(stage) {
      const { client } = stage.world.redis;
      const before = await consumed(stage);
      await client.flushall();
      stage.faulted();
      await readsTheNewStream(stage, before);
    },
  },
  {
    id: 'redis-forgets',
    component: 'Redis',
    fault: 'SIGKILL, and a start without its data',
    short: true,
    async run(stage) {
      const { redis, toRedis } = stage.world;
      const before = await consumed(stage);
      toRedis.mode('refuse');
      await addDoomed(stage, 3);
      await redis.stop({ forget: true });
      stage.faulted();
      await redis.start();
      toRedis.mode('pass');
      await reported(stage, 'missing_key', before);
      await readsTheNewStream(stage, before);
    },
  },
  {
    id: 'redis-went-back',
    component: 'Redis',
    fault: 'comes back with an older state, then an operator adopts the stream',
    short: true,
    async run(stage) {
      const { world } = stage;
      const { redis, stream, apps, context } = world;
      await redis.client.del(stream);
      const before = await consumed(stage, 5);
      const { last_id: lastId } = await offset(stage);
      const backup = (await redis.client.xrange(stream, '-', '+')).slice(0, 3);
      const restored = redis.client.multi().del(stream);
      for (const [id, fields] of backup) restored.xadd(stream, id, ...fields);
      await restored.exec();
      stage.faulted();
      await reported(stage, 'went_backwards', before);
      await stage.send(3, { door: 'stream' });
      const consumer = apps.get('stream-consumer');
      const heartbeat = join(context.folder, 'stream-consumer.heartbeat');
      const beatMs = statSync(heartbeat).mtimeMs;
      await stage.until('the halted consumer shows that it lives', () => statSync(heartbeat).mtimeMs > beatMs);
      const { last_id: heldId, halted } = await offset(stage);
      stage.check(halted && heldId === lastId, `the offset went from ${lastId} to ${heldId}, with nobody deciding`);
      stage.check(
        consumer.log().some(({ event, level }) => event === 'stream_incident' && level === 'fatal'),
        'the log does not raise the alarm',
      );
      await adoptStream(world);
      await stage.settled();
      const { replayed } = await offset(stage);
      stage.check(replayed === backup.length, `${replayed} of ${backup.length} entries that were read before were recognised`);
      stage.check(apps.get('stream-consumer') === consumer, 'the consumer has ended meanwhile');
    },
  },
  {
    id: 'redis-went-back-for-days',
    component: 'Redis',
    fault: 'comes back with entries older than their keys, then an operator adopts the stream',
    async run(stage) {
      const { redis, stream, apps, query } = stage.world;
      // So short that keys can be older than it within the scenario.
      await apps.restart('intake-api', { MAIL_IDEMPOTENCY_TTL: '1h' });
      await redis.client.del(stream);
      const before = await consumed(stage, 5);
      const recent = await redis.client.xrange(stream, '-', '+');
      // What was sent two hours ago, and is remembered by nobody any more.
      const old = recent.map(([id, fields], index) => [`${Number(id.split('-')[0]) - 7_200_000}-${index}`, fields] as const);
      await query(`delete from idempotency_keys where idempotency_key = any($1)`, [stage.commands.slice(0, 4).map(({ key }) => key)]);
      const restored = redis.client.multi().del(stream);
      for (const [id, fields] of old.slice(0, 4)) restored.xadd(stream, id, ...fields);
      await restored.exec();
      stage.faulted();
      await reported(stage, 'went_backwards', before);
      await stage.send(3, { door: 'stream' });
      const counted = () => query('select 1 from stream_offsets where stream = $1 and stock is not null', [stream]);
      await stage.until('the consumer has counted what is there', async () => (await counted()).length === 1);
      const all = await tryAdoption(stage.world, '0-0');
      stage.check(all.may_be_sent_again === 4, `4 may be sent again from the beginning, and ${all.may_be_sent_again} are told`);
      const told = await adoptStream(stage.world);
      stage.check(told.may_be_sent_again === 0, `${told.may_be_sent_again} entries are told to be sent again by the default`);
      await stage.settled();
      const { replayed } = await offset(stage);
      stage.check(replayed === 0, `${replayed} entries older than their keys were read`);
    },
  },
  {
    id: 'redis-wrong-type',
    component: 'Redis',
    fault: 'the key becomes a string',
    async run(stage) {
      const { redis, stream } = stage.world;
      const before = await consumed(stage);
      await redis.client.set(stream, 'not a stream');
      stage.faulted();
      const sending = stage.send(3, { door: 'stream' });
      await reported(stage, 'wrong_type', before).finally(() => redis.client.del(stream));
      await sending;
      await stage.settled();
    },
  },
];
