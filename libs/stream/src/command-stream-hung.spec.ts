import { eventually, testStream, type TestStream } from '@mail/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freezingProxy, type FreezingProxy } from '../testing/freezing-proxy.js';
import { streamOptions } from '../testing/stream-options.js';
import { openCommandStream, type CommandStream } from './command-stream.js';

let test: TestStream;
let proxy: FreezingProxy;
let stream: CommandStream | null = null;
beforeEach(async () => {
  test = await testStream();
  proxy = await freezingProxy(test.host, test.port);
});
afterEach(async () => {
  stream?.close();
  stream = null;
  await proxy.close();
  await test.drop();
});

/** Long enough for whoever does answer, on a machine that is busy with other things. */
const OPERATION_MS = 1500;
const BLOCK_MS = 500;
/** Far below what TCP, or a reader without a bound, would wait. */
const LONG_MS = 10_000;

const open = async (): Promise<CommandStream> => {
  const options = streamOptions(
    { ...test, host: '127.0.0.1', port: proxy.port },
    { operationTimeoutMs: OPERATION_MS, blockTimeoutMs: BLOCK_MS },
  );
  stream = await openCommandStream(options);
  return stream;
};

const tookMs = async (work: Promise<unknown>): Promise<number> => {
  const startedAtMs = performance.now();
  await expect(work).rejects.toThrow();
  return performance.now() - startedAtMs;
};

describe('a server that hangs, with its connections open,', () => {
  it('is noticed by a read within block time and operation time-out', async () => {
    const hung = await open();
    proxy.freeze();
    const ms = await tookMs(hung.read('0-0', 1));
    // Timers may be early by a ms or two each.
    expect(ms).toBeGreaterThanOrEqual(BLOCK_MS + OPERATION_MS - 50);
    expect(ms).toBeLessThan(LONG_MS);
  });

  it('is noticed by a survey within the operation time-out', async () => {
    const hung = await open();
    proxy.freeze();
    expect(await tookMs(hung.survey())).toBeLessThan(LONG_MS);
  });

  it('is noticed at start within the operation time-out', async () => {
    proxy.freeze();
    expect(await tookMs(open())).toBeLessThan(LONG_MS);
  });
});

it('after a time-out the next read has a connection of its own, and no reply that was meant for another', async () => {
  const hung = await open();
  proxy.freeze();
  await test.redis.xadd(test.stream, '1-0', 'f', 'late');
  await tookMs(hung.read('0-0', 1));
  proxy.thaw();
  await test.redis.xadd(test.stream, '2-0', 'f', 'new');
  const read = await eventually('a read succeeds', () => hung.read('1-0', 10).catch(() => null));
  expect(read.map(({ id }) => id)).toEqual(['2-0']);
  expect((await hung.read('0-0', 10))?.map(({ id }) => id)).toEqual(['1-0', '2-0']);
});

it('after a time-out a survey succeeds as soon as the server answers', async () => {
  const hung = await open();
  proxy.freeze();
  await tookMs(hung.survey());
  proxy.thaw();
  expect(await eventually('a survey succeeds', () => hung.survey().catch(() => null))).toEqual({ kind: 'missing_key' });
});
