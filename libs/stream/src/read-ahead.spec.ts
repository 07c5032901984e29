import { testStream, type TestStream } from '@mail/testing';
import { EMPTY, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PositionInMemory } from '../testing/position-in-memory.js';
import { streamOptions } from '../testing/stream-options.js';
import { openCommandStream, type CommandStream, type StreamEntry } from './command-stream.js';
import { BATCH_BYTES } from './read-size.js';
import { COMMAND_AHEAD, COMMAND_BATCH, RedisStreamStrategy, type NextTurn } from './redis-stream.strategy.js';

let test: TestStream;
let stream: CommandStream;
let turn: () => Promise<NextTurn>;
/** The ids of each batch that was stored, and of what was shown before its time. */
let batches: string[][];
let shown: string[][];
/** Stores a batch, and so moves the offset. */
let store: (entries: readonly StreamEntry[]) => void;
let listen: (handler: (entries: readonly StreamEntry[]) => unknown) => void;

const ids = (entries: readonly StreamEntry[]): string[] => entries.map(({ id }) => id);

beforeEach(async () => {
  test = await testStream();
  stream = await openCommandStream(streamOptions(test));
  const position = new PositionInMemory();
  [batches, shown] = [[], []];
  store = (entries) => {
    batches.push(ids(entries));
    position.advance(ids(entries));
  };
  const strategy = new RedisStreamStrategy({
    stream,
    position,
    standbyMs: 5000,
    start: (run) => {
      turn = run;
      return { stop: () => Promise.resolve() };
    },
  });
  strategy.addHandler(COMMAND_AHEAD, (entries: readonly StreamEntry[]) => Promise.resolve(shown.push(ids(entries))), true);
  listen = (handler) => {
    strategy.addHandler(COMMAND_BATCH, async (entries: readonly StreamEntry[]) => (await handler(entries)) ?? EMPTY, true);
    strategy.listen(() => undefined);
  };
});
afterEach(async () => {
  stream.close();
  await test.drop();
});

const add = async (...entries: string[]): Promise<void> => {
  for (const id of entries) await test.redis.xadd(test.stream, id, 'f', 'v');
};
const turns = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await turn();
};

describe('while a full batch is stored', () => {
  it('the next is read and shown ahead, and is then the next batch', async () => {
    await add('1-0', '2-0', '3-0');
    const shownMeanwhile: string[][] = [];
    listen(async (entries) => {
      await expect.poll(() => shown).toEqual([['2-0', '3-0']]);
      shownMeanwhile.push(...shown);
      store(entries);
    });
    await turns(2);
    expect(shownMeanwhile).toEqual([['2-0', '3-0']]);
    expect(batches).toEqual([['1-0']]);
    // What is stored next is what was read then: it is there no more.
    await test.redis.xtrim(test.stream, 'MAXLEN', 0);
    await turn();
    expect(batches).toEqual([['1-0'], ['2-0', '3-0']]);
  });

  it('what was read ahead of one that failed is dropped: it comes again, after what comes again before it', async () => {
    await add('1-0', '2-0');
    let failing = true;
    listen((entries) => (failing ? throwError(() => new Error('no database')) : store(entries)));
    await turn();
    await expect(turn()).rejects.toThrow('no database');
    failing = false;
    await turns(3);
    expect(shown).toEqual([['2-0'], ['2-0']]);
    expect(batches).toEqual([['1-0'], ['2-0']]);
  });

  it('no other is held beside it where the two would take too much memory', async () => {
    await test.redis.xadd(test.stream, '1-0', 'f', Buffer.alloc(BATCH_BYTES / 4 + 1, 'x'));
    await add('2-0');
    listen(store);
    await turns(3);
    expect(shown).toEqual([]);
    expect(batches).toEqual([['1-0'], ['2-0']]);
  });
});
