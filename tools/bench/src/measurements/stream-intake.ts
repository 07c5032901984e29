import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startContender } from '../contenders/contender.ts';
import type { Contender, ContenderOptions } from '../contenders/contender.ts';
import type { ContenderName } from '../contenders/contender-names.ts';
import type { PeerName } from '../peers/index.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { monotonicMs } from '../world/monotonic-ms.ts';
import { WARM_UP_FROM } from './end-to-end.ts';

const POLL_MS = 5;
const WITHIN_MS = 180_000;
/** Callers of a peer that enqueue one by one. */
const CALLERS = 32;

/** Resolves to the moment at which the stream's counter in the database had reached so many commands. */
async function consumed(client: pg.Client, stream: string, wanted: number): Promise<number> {
  const untilMs = monotonicMs() + WITHIN_MS;
  for (;;) {
    const { rows } = await client.query<{ consumed: string }>({
      name: 'consumed',
      text: 'select coalesce(max(consumed), 0) as consumed from stream_offsets where stream = $1',
      values: [stream],
    });
    if (Number(rows[0]?.consumed) >= wanted) return monotonicMs();
    if (monotonicMs() > untilMs) throw new Error(`Only ${rows[0]?.consumed} of ${wanted} commands were consumed.`);
    await pause(POLL_MS);
  }
}

async function accept(world: BenchWorld, contender: Contender, commands: number, warmUp: number): Promise<number> {
  const consumer = contender.processes.get('stream-consumer');
  if (consumer === undefined) throw new Error('stream-consumer does not run');
  const client = new pg.Client({ connectionString: world.servers.dsn(contender.database) });
  await client.connect();
  try {
    await contender.many({ from: WARM_UP_FROM, count: warmUp });
    await consumed(client, contender.stream, warmUp);
    // Held while the stream is filled, so that what is timed is its work alone.
    consumer.signal('SIGSTOP');
    await contender.many({ from: 0, count: commands });
    await world.servers.query('checkpoint');
    const startedMs = monotonicMs();
    consumer.signal('SIGCONT');
    return (commands * 1000) / ((await consumed(client, contender.stream, warmUp + commands)) - startedMs);
  } finally {
    consumer.signal('SIGCONT');
    await client.end();
  }
}

/** Commands a second that the stream consumer, alone, accepts of a stream that was filled before. */
export async function streamIntake(
  world: BenchWorld,
  name: ContenderName,
  { commands, warmUp, ...options }: { commands: number; warmUp: number } & ContenderOptions,
): Promise<number> {
  const contender = await startContender(world, name, { ...options, apps: ['stream-consumer'] });
  try {
    return await accept(world, contender, commands, warmUp);
  } finally {
    await contender.stop();
  }
}

/** Jobs a second that a peer stores while nobody takes them: one by one by 32 callers, and in bulk. */
export async function peerIntake(
  world: BenchWorld,
  name: PeerName,
  { commands, warmUp }: { commands: number; warmUp: number },
): Promise<{ oneByOne: number; inBulk: number }> {
  const contender = await startContender(world, name, { apps: [] });
  try {
    await contender.many({ from: WARM_UP_FROM, count: warmUp });
    await contender.oneByOne({ from: WARM_UP_FROM + warmUp, count: CALLERS, callers: CALLERS });
    await world.servers.query('checkpoint');
    // A tenth is seconds enough for what is so much slower.
    const fewer = Math.ceil(commands / 10);
    const single = await contender.oneByOne({ from: 0, count: fewer, callers: CALLERS });
    const bulk = await contender.many({ from: fewer, count: commands });
    return {
      oneByOne: (fewer * 1000) / (single.endedMs - single.startedMs),
      inBulk: (commands * 1000) / (bulk.endedMs - bulk.startedMs),
    };
  } finally {
    await contender.stop();
  }
}
