import { testStream, type TestStream } from '@mail/testing';
import { EMPTY, throwError, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PositionInMemory } from '../testing/position-in-memory.js';
import { streamOptions } from '../testing/stream-options.js';
import { openCommandStream, type CommandStream, type StreamEntry } from './command-stream.js';
import { COMMAND_BATCH, RedisStreamStrategy, type NextTurn } from './redis-stream.strategy.js';

const STANDBY_MS = 5000;

let test: TestStream;
let stream: CommandStream;
let position: PositionInMemory;
let strategy: RedisStreamStrategy;
/** One turn of the loop, which the spec runs by hand. */
let turn: () => Promise<NextTurn>;
/** The ids of each batch that arrived at the handler. */
let batches: string[][];

const accept = (entries: readonly StreamEntry[]): Observable<never> => {
  const ids = entries.map(({ id }) => id);
  batches.push(ids);
  position.advance(ids);
  return EMPTY;
};

beforeEach(async () => {
  test = await testStream();
  stream = await openCommandStream(streamOptions(test));
  [position, batches] = [new PositionInMemory(), []];
  strategy = new RedisStreamStrategy({
    stream,
    position,
    standbyMs: STANDBY_MS,
    start: (run) => {
      turn = run;
      return { stop: () => Promise.resolve() };
    },
  });
});
afterEach(async () => {
  stream.close();
  await test.drop();
});

const listen = (handler: (entries: readonly StreamEntry[]) => unknown = accept): void => {
  strategy.addHandler(COMMAND_BATCH, (entries: readonly StreamEntry[]) => Promise.resolve(handler(entries)), true);
  strategy.listen(() => undefined);
};
const add = async (...ids: string[]): Promise<void> => {
  for (const id of ids) await test.redis.xadd(test.stream, id, 'f', 'v');
};
const turns = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await turn();
};

describe('entries arrive at the handler', () => {
  it('from the held offset, in order, each once, in batches that grow', async () => {
    await add('1-0', '2-0', '3-0', '4-0', '5-0', '6-0', '7-0', '8-0');
    position.held = { lastId: '1-0', consumed: 1, missed: 0, countsKnown: true, halted: false };
    listen();
    await turns(4);
    expect(batches).toEqual([['2-0'], ['3-0', '4-0', '5-0', '6-0'], ['7-0', '8-0']]);
    expect(position.incidents).toEqual([]);
  });

  it('and the next turn follows at once', async () => {
    await add('1-0');
    listen();
    expect(await turn()).toBe('again');
    expect(await turn()).toBe('again');
    expect(batches).toEqual([['1-0']]);
  });

  it('again, from where the offset is, when the handler failed', async () => {
    await add('1-0');
    let failing = true;
    listen((entries) => (failing ? throwError(() => new Error('no database')) : accept(entries)));
    await turn();
    await expect(turn()).rejects.toThrow('no database');
    expect(position.doubts).toBe(1);
    failing = false;
    await turns(2);
    expect(batches).toEqual([['1-0']]);
  });

  it('fewer of them after a handler that failed: they may have been too many for its time', async () => {
    for (let index = 1; index <= 40; index += 1) await add(`${index}-0`);
    const sizes: number[] = [];
    listen((entries) => {
      sizes.push(entries.length);
      return sizes.length === 3 ? throwError(() => new Error('statement timeout')) : accept(entries);
    });
    await turns(3);
    await expect(turn()).rejects.toThrow('statement timeout');
    await turns(2);
    expect(sizes).toEqual([1, 4, 16, 2]);
  });

  it('fewer of them after a read that failed: the reply may have been too much for the network, or for Redis', async () => {
    for (let index = 1; index <= 40; index += 1) await add(`${index}-0`);
    const asked: number[] = [];
    let failing = false;
    const counting =
      (ask: CommandStream['read']): CommandStream['read'] =>
      (lastId, count) => {
        asked.push(count);
        return failing ? Promise.reject(new Error('the connection was lost')) : ask(lastId, count);
      };
    stream.read = counting(stream.read);
    stream.readNow = counting(stream.readNow);
    listen();
    await turns(3);
    failing = true;
    await turn();
    await expect(turn()).rejects.toThrow('the connection was lost');
    failing = false;
    await turns(2);
    expect(asked).toEqual([1, 4, 16, 64, 64, 8, 32]);
    expect(batches.flat()).toHaveLength(29);
  });

  it('or the turn fails, when there is no handler', async () => {
    await add('1-0');
    strategy.listen(() => undefined);
    await turn();
    await expect(turn()).rejects.toThrow('nothing handles command.batch');
  });
});

describe('nothing is read', () => {
  it('without the lease: it is asked for again later', async () => {
    await add('1-0');
    position.held = null;
    listen();
    expect(await turn()).toBe(STANDBY_MS);
    expect(batches).toEqual([]);
  });

  it('while the reading is halted', async () => {
    await add('1-0');
    position.held = { lastId: '0-0', consumed: 0, missed: 0, countsKnown: true, halted: true };
    listen();
    expect(await turn()).toBe(STANDBY_MS);
    expect(await turn()).toBe(STANDBY_MS);
    // For whoever adopts it: once, and not at every turn.
    expect(position.stocks).toMatchObject([{ length: 1, counted: 1, marks: [['1-0', 1]] }]);
    position.held = { ...position.held, halted: false };
    await turns(2);
    expect(batches).toEqual([['1-0']]);
  });

  it('and what was passed over at an adoption is no gap once all is read', async () => {
    await add('1-0', '2-0', '3-0');
    position.held = { lastId: '2-0', consumed: 0, missed: 0, countsKnown: false, halted: false };
    listen();
    await turns(4);
    expect(batches).toEqual([['3-0']]);
    expect(position.held).toMatchObject({ consumed: 1, missed: 2, countsKnown: true });
    await add('4-0', '5-0');
    await test.redis.xdel(test.stream, '3-0');
    await test.redis.xtrim(test.stream, 'MAXLEN', 1);
    await turns(4);
    expect(position.incidents).toMatchObject([{ kind: 'gap', missed: 1 }]);
  });

  it('before the stream was looked at, each time the lease comes back', async () => {
    await add('1-0');
    listen();
    await turns(2);
    const lost = position.held;
    position.held = null;
    await turn();
    await add('2-0', '3-0');
    await test.redis.xtrim(test.stream, 'MAXLEN', 1);
    position.held = lost;
    await turn();
    expect(position.incidents).toMatchObject([{ kind: 'gap', missed: 1 }]);
    await turn();
    expect(batches).toEqual([['1-0'], ['3-0']]);
  });
});

describe('the stream is looked at', () => {
  it('when idle: what was lost meanwhile is found, and reading goes on', async () => {
    await add('1-0');
    listen();
    await turns(2);
    await add('2-0', '3-0');
    await test.redis.xtrim(test.stream, 'MAXLEN', 0);
    await turn();
    expect(position.incidents).toEqual([]);
    await turn();
    expect(position.incidents).toMatchObject([{ kind: 'gap', missed: 2 }]);
    await add('4-0');
    await turn();
    expect(batches).toEqual([['1-0'], ['4-0']]);
    await turns(4);
    expect(position.incidents).toHaveLength(1);
  });

  it('after a turn that failed', async () => {
    await add('1-0');
    listen(() => throwError(() => new Error('no database')));
    await turn();
    await expect(turn()).rejects.toThrow();
    await add('2-0', '3-0');
    await test.redis.xtrim(test.stream, 'MAXLEN', 1);
    await turn();
    expect(position.incidents).toMatchObject([{ kind: 'gap', missed: 2 }]);
  });

  it('and a key that went missing is reported, and polled until it is back', async () => {
    position.held = { lastId: '5-0', consumed: 5, missed: 0, countsKnown: true, halted: false };
    listen();
    await turns(3);
    expect(position.incidents.map(({ kind }) => kind)).toEqual(['missing_key', 'missing_key']);
    await add('6-0');
    await turns(2);
    expect(batches).toEqual([['6-0']]);
  });

  it('and ids that went backwards halt the reading, alive', async () => {
    await add('1-0');
    position.held = { lastId: '5-0', consumed: 5, missed: 0, countsKnown: true, halted: false };
    listen();
    expect(await turn()).toBe('again');
    expect(position.incidents).toMatchObject([{ kind: 'went_backwards', halts: true }]);
    expect(await turn()).toBe(STANDBY_MS);
    expect(batches).toEqual([]);
  });

  it('and a key that is no stream fails the read, after it was reported', async () => {
    await test.redis.set(test.stream, 'text');
    listen();
    expect(await turn()).toBe('again');
    expect(position.incidents).toMatchObject([{ kind: 'wrong_type' }]);
    await expect(turn()).rejects.toThrow('WRONGTYPE');
  });
});

describe('closing', () => {
  it('ends the read that waits, releases the lease, and is no failure', async () => {
    const patient = await openCommandStream(streamOptions(test, { blockTimeoutMs: 20_000 }));
    let reading: Promise<NextTurn> | null = null;
    const closing = new RedisStreamStrategy({
      stream: patient,
      position,
      standbyMs: STANDBY_MS,
      start: (run) => {
        turn = run;
        return {
          stop: async () => {
            await reading;
          },
        };
      },
    });
    closing.listen(() => undefined);
    await turn();
    reading = turn();
    await closing.close();
    expect(await reading).toBe(STANDBY_MS);
    expect(position.released).toBe(true);
    expect(position.doubts).toBe(0);
  });
});
