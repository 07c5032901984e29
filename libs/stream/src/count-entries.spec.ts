import { testStream, type TestStream } from '@mail/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { streamOptions } from '../testing/stream-options.js';
import { openCommandStream, type CommandStream } from './command-stream.js';
import { countEntries } from './count-entries.js';

let test: TestStream;
let stream: CommandStream;
beforeEach(async () => {
  test = await testStream();
  stream = await openCommandStream(streamOptions(test, { operationTimeoutMs: 10_000 }));
});
afterEach(async () => {
  stream.close();
  await test.drop();
});

async function add(count: number, value = 'v'): Promise<void> {
  const adding = test.redis.pipeline();
  for (let index = 1; index <= count; index += 1) adding.xadd(test.stream, `${index}-0`, 'f', value);
  await adding.exec();
}

it('a stream that is not there has nothing to count', async () => {
  expect(await countEntries(stream)).toBeNull();
});

it('the entries of a short stream are counted each', async () => {
  await add(3);
  expect(await countEntries(stream)).toMatchObject({
    ...{ last_generated_id: '3-0', length: 3, counted: 3 },
    marks: [
      ['1-0', 1],
      ['2-0', 2],
      ['3-0', 3],
    ],
  });
});

it('a long one has at most a hundred marks, each with the true count, the last entry among them', async () => {
  await add(5001);
  const stock = await countEntries(stream);
  expect(stock).toMatchObject({ length: 5001, counted: 5001 });
  expect(stock?.marks.length).toBeLessThanOrEqual(101);
  expect(stock?.marks.every(([id, entries]) => id === `${entries}-0`)).toBe(true);
  expect(stock?.marks.at(-1)).toEqual(['5001-0', 5001]);
});

it('one that is too much to read is counted in part, and its length is told', async () => {
  await add(30, 'x'.repeat(4 * 1024 * 1024));
  const stock = await countEntries(stream);
  expect(stock?.length).toBe(30);
  expect(stock?.counted).toBeGreaterThan(10);
  expect(stock?.counted).toBeLessThan(30);
}, 60_000);
