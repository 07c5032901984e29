import { parseStreamEntry } from '@mail/domain';
import { testStream, type TestStream } from '@mail/testing';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { addToStream, type StreamEntry } from './add-to-stream.js';

const command = { to: ['ada@example.com'], content: { mode: 'rendered', subject: 'Grüße', text: 't' } } as const;

let stream: TestStream;
beforeAll(async () => {
  stream = await testStream();
});
afterAll(() => stream.drop());

/** The entry as the service reads it. */
async function added(entry: StreamEntry) {
  const id = await addToStream(stream.redis, entry, stream.stream);
  const [[, fields = []] = []] = await stream.redis.xrangeBuffer(stream.stream, id, id);
  const pairs = fields.flatMap((name, at): [Buffer, Buffer][] => (at % 2 === 0 ? [[name, fields[at + 1] ?? Buffer.alloc(0)]] : []));
  return { names: pairs.map(([name]) => name.toString()), read: parseStreamEntry(pairs, 1_000_000) };
}

it('an entry has the fields that the service knows, and those alone', async () => {
  const before = Date.now();
  const { names, read } = await added({ source: 'shop', idempotencyKey: 'one', command });
  expect(names).toEqual(['source', 'idempotency_key', 'command', 'requested_at_ms']);
  expect(read).toMatchObject({ ok: true, source: 'shop', idempotencyKey: 'one', command, traceparent: null });
  expect(read.ok && read.requestedAtMs).toBeGreaterThanOrEqual(before);
});

it('an entry has the trace context that was given', async () => {
  const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'vendor=1' };
  const { read } = await added({ source: 'shop', idempotencyKey: 'two', command, ...trace });
  expect(read).toMatchObject({ ok: true, ...trace });
});

test.each([
  ['Shop', 'key'],
  ['shop', ''],
  ['shop', 'a key'],
  ['shop', 'k'.repeat(256)],
])('what the service would refuse unheard is not added: source %j, key %j', async (source, idempotencyKey) => {
  const length = await stream.redis.xlen(stream.stream);
  await expect(addToStream(stream.redis, { source, idempotencyKey, command }, stream.stream)).rejects.toThrow(TypeError);
  expect(await stream.redis.xlen(stream.stream)).toBe(length);
});
