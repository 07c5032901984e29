import { testStream, type TestStream } from '@mail/testing';
import { EMPTY } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PositionInMemory } from '../testing/position-in-memory.js';
import { streamOptions } from '../testing/stream-options.js';
import { MOST_READ_BYTES, openCommandStream, type CommandStream, type StreamEntry } from './command-stream.js';
import { COMMAND_BATCH, RedisStreamStrategy, type NextTurn } from './redis-stream.strategy.js';

const MIB = 1024 * 1024;
const FIVE_MIB = Buffer.alloc(5 * MIB, 'x');

let test: TestStream;
let stream: CommandStream;
beforeEach(async () => {
  test = await testStream();
  stream = await openCommandStream(streamOptions(test, { operationTimeoutMs: 20_000 }));
});
afterEach(async () => {
  stream.close();
  await test.drop();
});

const add = async (count: number, value: string | Buffer): Promise<void> => {
  for (let index = 0; index < count; index += 1) await test.redis.xadd(test.stream, '*', 'command', value);
};
/** Bytes that this process holds outside its heap. */
const held = (): number => {
  const { external } = process.memoryUsage();
  return external;
};

describe('a read of more than the bound', () => {
  it('brings nothing, holds no more than about the bound, and the next one succeeds at once', async () => {
    await add(20, FIVE_MIB);
    const before = held();
    const reading = stream.read('0-0', 20);
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, held() - before)), 1);
    expect(await reading).toBeNull();
    clearInterval(watch);
    // A good deal less than the 100 MiB that there are; garbage is counted too.
    expect(most).toBeLessThan(4 * MOST_READ_BYTES);
    expect(await stream.read('0-0', 2)).toHaveLength(2);
  });

  it('of a single entry brings it', async () => {
    const huge = Buffer.alloc(MOST_READ_BYTES + MIB, 'x');
    await add(1, huge);
    const [entry] = (await stream.read('0-0', 1)) ?? [];
    expect(entry?.bytes).toBe('command'.length + huge.length);
  });
});

it('small entries and then large ones are all read, in order, each once, and never many large ones at once', async () => {
  await add(120, 'small');
  await add(12, FIVE_MIB);
  await add(20, 'small');
  const position = new PositionInMemory();
  const batches: { count: number; bytes: number }[] = [];
  const ids: string[] = [];
  let turn: () => Promise<NextTurn> = () => Promise.resolve('again');
  const strategy = new RedisStreamStrategy({
    stream,
    position,
    standbyMs: 1000,
    start: (run) => {
      turn = run;
      return { stop: () => Promise.resolve() };
    },
  });
  const accept = (entries: readonly StreamEntry[]) => {
    batches.push({ count: entries.length, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) });
    ids.push(...entries.map(({ id }) => id));
    position.advance(entries.map(({ id }) => id));
    return Promise.resolve(EMPTY);
  };
  strategy.addHandler(COMMAND_BATCH, accept, true);
  strategy.listen(() => undefined);
  for (let turns = 0; turns < 60 && ids.length < 152; turns += 1) await turn();
  expect(ids).toEqual((await test.redis.xrange(test.stream, '-', '+')).map(([id]) => id));
  expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(MOST_READ_BYTES);
  expect(position.incidents).toEqual([]);
});
