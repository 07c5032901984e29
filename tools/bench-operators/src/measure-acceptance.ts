import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { KeptProcess } from '@mail/local/kept-processes';
import { findRedis } from '@mail/local/redis/find-redis';
import { startRedis } from '@mail/local/redis/start-redis';
import type { Context } from '@mail/local/run-command';
import { addToStream, sendByHttp } from './acceptance-load.ts';
import type { System } from './measure.ts';
import { startApp } from './systems.ts';

/** What acceptance has to keep up for the lists alone: nothing of the way of a mail reads them. */
export const OPERATOR_INDEXES = [
  'deliveries_key_idx',
  'deliveries_source_idx',
  'deliveries_status_idx',
  'deliveries_template_idx',
  'delivery_recipients_address_idx',
  'delivery_tags_value_idx',
] as const;

export const DOORS = ['HTTP, 32 connections', 'stream'] as const;
export type Door = (typeof DOORS)[number];

/** Commands a second, round by round: in a round, one beside the other. */
export interface MeasuredAcceptance {
  readonly door: Door;
  readonly withIndexes: readonly number[];
  readonly without: readonly number[];
}

/** Many and short ones, so that the two of a round have the machine in the same mood. */
const ROUNDS = 21;
const COMMANDS: Readonly<Record<Door, number>> = { 'HTTP, 32 connections': 1500, stream: 5000 };
const WARM_UP = 2000;
const CONNECTIONS = 32;
const POLL_MS = 5;
const WITHIN_MS = 120_000;

/** A system with its stream, and what accepts from that. */
interface Accepting extends System {
  readonly name: string;
  readonly stream: string;
  readonly consumer: KeptProcess;
  readonly redis: Redis;
}

async function consumed({ client, stream }: Accepting): Promise<number> {
  const { rows } = await client.query<{ consumed: number }>({
    name: 'consumed',
    text: 'select coalesce(max(consumed), 0)::int as consumed from stream_offsets where stream = $1',
    values: [stream],
  });
  return rows[0]?.consumed ?? 0;
}

const ACCEPT: Readonly<Record<Door, (system: Accepting, run: string, count: number) => Promise<number>>> = {
  async 'HTTP, 32 connections'({ api }, run, count) {
    const startedMs = performance.now();
    await sendByHttp(api, run, count, CONNECTIONS);
    return performance.now() - startedMs;
  },
  async stream(system, run, count) {
    const { redis, stream, consumer } = system;
    const wanted = (await consumed(system)) + count;
    // Held while the stream is filled, so that what is timed is its work alone.
    consumer.signal('SIGSTOP');
    await addToStream(redis, stream, run, count).finally(() => consumer.signal('SIGCONT'));
    const startedMs = performance.now();
    while ((await consumed(system)) < wanted) {
      if (performance.now() - startedMs > WITHIN_MS)
        throw new Error(`The stream of ${system.name} was not read within ${WITHIN_MS / 1000} s.`);
      await pause(POLL_MS);
    }
    return performance.now() - startedMs;
  },
};

async function withStreams(context: Context, systems: Readonly<Record<string, System & { readonly dsn: string }>>): Promise<Accepting[]> {
  const { folder, state, processes, progress, logFile } = context;
  const program = await findRedis(join(state.path, 'redis-server'), () => undefined);
  rmSync(join(folder, 'redis'), { recursive: true, force: true });
  const { addr, password } = await progress.step('Redis', () => startRedis(program, join(folder, 'redis'), logFile('redis'), processes));
  const redis = new Redis({ host: '127.0.0.1', port: Number(addr.split(':')[1]), password, disableClientInfo: true });
  redis.on('error', () => undefined);
  context.atEnd(() => Promise.resolve(redis.disconnect()));
  const accepting: Accepting[] = [];
  for (const [name, system] of Object.entries(systems)) {
    const stream = `bench:${name}`;
    const settings = { MAIL_REDIS_COMMAND_STREAM: stream };
    const consumer = await startApp(context, 'stream-consumer', name, system.dsn, { redisAddr: addr, redisPassword: password, settings });
    accepting.push({ ...system, name, stream, consumer, redis });
  }
  return accepting;
}

/** What is accepted with the indexes of the lists and without them, in turn, and each as often first as second. */
export async function measureAcceptance(
  context: Context,
  systems: { readonly with: System & { readonly dsn: string }; readonly without: System & { readonly dsn: string } },
): Promise<MeasuredAcceptance[]> {
  const { progress } = context;
  await systems.without.client.query(`drop index ${OPERATOR_INDEXES.join(', ')}`);
  const accepting = await withStreams(context, systems);
  const measured: MeasuredAcceptance[] = [];
  for (const door of DOORS) {
    const rates: Record<string, number[]> = { with: [], without: [] };
    await progress.step(`Acceptance, ${door}`, async (note) => {
      for (const system of accepting) await ACCEPT[door](system, `warm-up-${door.slice(0, 4)}`, WARM_UP);
      for (let round = 1; round <= ROUNDS; round += 1) {
        for (const system of round % 2 === 0 ? accepting : accepting.toReversed()) {
          const tookMs = await ACCEPT[door](system, `${door.slice(0, 4)}-${round}`, COMMANDS[door]);
          rates[system.name]?.push((COMMANDS[door] * 1000) / tookMs);
        }
        note(
          `round ${round} of ${ROUNDS}: ${Math.round(rates['with']?.at(-1) ?? 0)} with, ${Math.round(rates['without']?.at(-1) ?? 0)} without`,
        );
      }
    });
    measured.push({ door, withIndexes: rates['with'] ?? [], without: rates['without'] ?? [] });
  }
  return measured;
}
