import pg from 'pg';
import { adoptStream } from '@mail/faults/world/adopt-stream';
import type { Drill, Scene } from '../drill.ts';

const commandOf = (address: string): string =>
  JSON.stringify({ to: [address], content: { mode: 'rendered', subject: 'Again', text: `For ${address}.` } });

const fieldsOf = (address: string): string[] => ['source', 'runbooks', 'idempotency_key', address, 'command', commandOf(address)];

const addressesOf = ({ tag }: Scene): string[] => [1, 2, 3, 4, 5].map((number) => `${tag}-lost-${number}@example.com`);

const received = ({ world }: Scene, addresses: readonly string[]): boolean => {
  const recipients = new Set(world.sink.copies.map(({ recipient }) => recipient));
  return addresses.every((address) => recipients.has(address));
};

const incidents = async ({ world }: Scene, kind: string): Promise<number> =>
  (await world.query('select 1 from stream_incidents where kind = $1', [kind])).length;

export const commandStreamDrills: readonly Drill[] = [
  {
    alert: 'MailStreamLost',
    fault: 'a producer trims commands away that were not read yet',
    endsByItself: true,
    shows: [/\bgap\b/, /"entries_missing":5/],
    async cause(scene) {
      const { world, send, until } = scene;
      const proxy = world.toPostgres.get('stream-consumer');
      const before = await incidents(scene, 'gap');
      const storing = proxy?.cut({ bytes: 'advance_stream_offset', side: 'before', how: 'hang' });
      await send(1, { door: 'stream' });
      await storing;
      for (const address of addressesOf(scene)) await world.redis.client.xadd(world.stream, '*', ...fieldsOf(address));
      await send(1, { door: 'stream' });
      await world.redis.client.xtrim(world.stream, 'MAXLEN', 1);
      proxy?.mode('pass');
      await until('the consumer has found the gap', async () => (await incidents(scene, 'gap')) > before);
    },
    async afterwards(scene) {
      // What the producers are asked for: the same commands again, with the same keys.
      const { world, until } = scene;
      for (const address of addressesOf(scene)) await world.redis.client.xadd(world.stream, '*', ...fieldsOf(address));
      await until('what was lost is mail after all', () => received(scene, addressesOf(scene)));
    },
  },
  {
    alert: 'MailStreamHalted',
    fault: 'Redis comes back with an older state',
    also: { MailStreamLost: 'going backwards is an incident of the stream, too' },
    shows: [/went_backwards/],
    async cause(scene) {
      const { world, send, settled, until, atEnd } = scene;
      // Where the runbook did not: refused where it did.
      atEnd(() => adoptStream(world));
      const { client } = world.redis;
      await send(5, { door: 'stream' });
      await settled();
      const before = await incidents(scene, 'went_backwards');
      const backup = (await client.xrange(world.stream, '-', '+')).slice(0, -2);
      const restored = client.multi().del(world.stream);
      for (const [id, fields] of backup) restored.xadd(world.stream, id, ...fields);
      await restored.exec();
      await until('the consumer has found it', async () => (await incidents(scene, 'went_backwards')) > before);
      await send(3, { door: 'stream' });
    },
    afterwards: ({ allReceived }) => allReceived(),
  },
  {
    alert: 'MailStreamBehind',
    fault: 'a session that is idle in its transaction keeps the consumer from writing, while commands are two minutes old',
    also: { MailStreamNotConsumed: 'a consumer that cannot write ends no turn well' },
    shows: [/nightly report/, /idle in transaction/],
    async cause(scene) {
      const { world, configure, tag, atEnd, until } = scene;
      const stream = `${world.stream}:${tag}`;
      // On a stream of its own, whose ids may begin in the past: Redis takes none that is older than its last.
      await configure(['stream-consumer'], { MAIL_REDIS_COMMAND_STREAM: stream });
      const startMs = Date.now() - 120_000;
      await world.redis.client.xadd(stream, `${startMs}-0`, ...fieldsOf(`${tag}-first@example.com`));
      await until('the consumer reads it', () => received(scene, [`${tag}-first@example.com`]));
      const session = new pg.Client({ connectionString: world.dsn, application_name: 'nightly report' });
      session.on('error', () => undefined);
      atEnd(() => session.end());
      await session.connect();
      await session.query('begin');
      await session.query('select * from stream_offsets where stream = $1 for update', [stream]);
      for (const [index, address] of addressesOf(scene).entries()) {
        await world.redis.client.xadd(stream, `${startMs + 1 + index}-0`, ...fieldsOf(address));
      }
    },
    async afterwards(scene) {
      await scene.until('what waited is sent', () => received(scene, addressesOf(scene)));
      // What comes next is for the stream of all.
      await scene.cluster.reset();
    },
  },
];
