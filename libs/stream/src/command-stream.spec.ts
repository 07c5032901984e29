import { testStream, type TestStream } from '@mail/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamOptions } from '../testing/stream-options.js';
import { openCommandStream, type CommandStream, type CommandStreamOptions } from './command-stream.js';

let test: TestStream;
let stream: CommandStream;
const opened: CommandStream[] = [];
const open = async (more: Partial<CommandStreamOptions> = {}): Promise<CommandStream> => {
  const command = await openCommandStream(streamOptions(test, more));
  opened.push(command);
  return command;
};
beforeEach(async () => {
  test = await testStream();
  stream = await open();
});
afterEach(async () => {
  for (const each of opened.splice(0)) each.close();
  await test.drop();
});

const add = (id: string, ...fields: (string | Buffer)[]): Promise<unknown> => test.redis.xadd(test.stream, id, ...fields);
const ids = async (lastId: string, count = 10): Promise<string[]> => (await stream.read(lastId, count))?.map(({ id }) => id) ?? [];

describe('a read', () => {
  it('brings what comes after an id, in order, up to a count', async () => {
    for (const id of ['1-0', '2-0', '2-1', '3-0']) await add(id, 'f', 'v');
    expect(await ids('0-0')).toEqual(['1-0', '2-0', '2-1', '3-0']);
    expect(await ids('2-0')).toEqual(['2-1', '3-0']);
    expect(await ids('0-0', 2)).toEqual(['1-0', '2-0']);
  });

  it('keeps every byte of names and values, and counts them', async () => {
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0xc3, 0x28, 0x0d, 0x0a]);
    await add('1-0', 'command', bytes, bytes, '', 'ü', 'x');
    expect(await stream.read('0-0', 1)).toEqual([
      {
        id: '1-0',
        fields: [
          [Buffer.from('command'), bytes],
          [bytes, Buffer.alloc(0)],
          [Buffer.from('ü'), Buffer.from('x')],
        ],
        bytes: 7 + 7 + 7 + 0 + 2 + 1,
      },
    ]);
  });

  it('keeps fields of the same name apart', async () => {
    await add('1-0', 'source', 'a', 'source', 'b');
    const entry = (await stream.read('0-0', 1))?.[0];
    expect(entry?.fields.map(([name, value]) => `${name.toString()}=${value.toString()}`)).toEqual(['source=a', 'source=b']);
  });

  it('is empty once the block time has passed: with no stream, and with nothing new', async () => {
    expect(await ids('0-0')).toEqual([]);
    await add('1-0', 'f', 'v');
    expect(await ids('1-0')).toEqual([]);
  });

  it('that waits is woken by an entry', async () => {
    const waiting = (await open({ blockTimeoutMs: 20_000 })).read('0-0', 10);
    await add('5-0', 'f', 'v');
    expect((await waiting)?.map(({ id }) => id)).toEqual(['5-0']);
  });

  it('jumps over what was trimmed, without a word', async () => {
    for (const id of ['1-0', '2-0', '3-0']) await add(id, 'f', 'v');
    await test.redis.xtrim(test.stream, 'MAXLEN', 1);
    expect(await ids('1-0')).toEqual(['3-0']);
  });

  it('of a key that is no stream fails', async () => {
    await test.redis.set(test.stream, 'text');
    await expect(stream.read('0-0', 1)).rejects.toThrow('WRONGTYPE');
  });

  it('under way ends when the reading is stopped, and none is begun after', async () => {
    const waiting = await open({ blockTimeoutMs: 20_000 });
    const reading = waiting.read('0-0', 1);
    waiting.stopReading();
    await expect(reading).rejects.toThrow();
    await expect(waiting.read('0-0', 1)).rejects.toThrow();
    expect(await waiting.survey()).toEqual({ kind: 'missing_key' });
  });
});

describe('a survey tells', () => {
  it('that there is no key', async () => {
    expect(await stream.survey()).toEqual({ kind: 'missing_key' });
  });

  it('that the key is no stream', async () => {
    await test.redis.lpush(test.stream, 'x');
    expect(await stream.survey()).toEqual({ kind: 'wrong_type' });
  });

  it('what is there, and what was ever there', async () => {
    for (const id of ['1-0', '2-0', '3-0']) await add(id, 'f', 'v');
    await test.redis.xtrim(test.stream, 'MAXLEN', 2);
    const runId = /run_id:(\w+)/.exec(await test.redis.info('server'))?.[1];
    expect(await stream.survey()).toEqual({
      kind: 'stream',
      lastGeneratedId: '3-0',
      firstEntryId: '2-0',
      entriesAdded: 3,
      length: 2,
      runId,
    });
  });

  it('that a stream is empty', async () => {
    await add('7-0', 'f', 'v');
    await test.redis.xdel(test.stream, '7-0');
    expect(await stream.survey()).toMatchObject({ kind: 'stream', lastGeneratedId: '7-0', firstEntryId: null, entriesAdded: 1, length: 0 });
  });

  it('while a read is waiting', async () => {
    const waiting = await open({ blockTimeoutMs: 20_000 });
    const reading = waiting.read('0-0', 1);
    expect(await waiting.survey()).toEqual({ kind: 'missing_key' });
    await add('1-0', 'f', 'v');
    expect(await reading).toHaveLength(1);
  });
});

describe('opening fails', () => {
  it('when nobody listens', async () => {
    await expect(open({ port: 1 })).rejects.toThrow();
  });

  it('when the database number is not there', async () => {
    await expect(open({ db: 100_000 })).rejects.toThrow();
  });
});
