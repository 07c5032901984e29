import type { StreamEntryCase } from './bad-input-case.js';
import { commandText } from './command-text.js';

type Field = readonly [string | Buffer, string | Buffer];

/** The key stands for one of its own, which the spec puts in its place. */
export const KEY = 'KEY';
const SOURCE: Field = ['source', 'shop'];
const IDEMPOTENCY_KEY: Field = ['idempotency_key', KEY];
const COMMAND: Field = ['command', commandText()];
const GOOD: readonly Field[] = [SOURCE, IDEMPOTENCY_KEY, COMMAND];

const sourced = (source: string | Buffer): readonly Field[] => [['source', source], IDEMPOTENCY_KEY, COMMAND];
const keyed = (key: string | Buffer): readonly Field[] => [SOURCE, ['idempotency_key', key], COMMAND];
const refused = (
  name: string,
  fields: readonly Field[],
  pointer: string,
  recordedSource: string | null = 'shop',
  expect: 'validation_failed' | 'missing_idempotency_key' = 'validation_failed',
): StreamEntryCase => ({ name, fields, expect, pointer, recordedSource });
const accepted = (name: string, ...fields: readonly Field[]): StreamEntryCase => ({ name, fields, expect: 'accepted' });
const noKey = (name: string, fields: readonly Field[]): StreamEntryCase =>
  refused(name, fields, '/idempotency_key', 'shop', 'missing_idempotency_key');

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

export const STREAM_ENTRY_CASES: readonly StreamEntryCase[] = [
  refused('no source', [IDEMPOTENCY_KEY, COMMAND], '/source', null),
  refused('no command', [SOURCE, IDEMPOTENCY_KEY], '/command'),
  refused('none of the fields', [['a', 'b']], '/command', null),
  refused('an unknown field', [...GOOD, ['priority', 'high']], '/priority'),
  refused('a field in capitals', [SOURCE, IDEMPOTENCY_KEY, ['Command', commandText()]], '/Command'),
  refused('a field with a space after its name', [SOURCE, IDEMPOTENCY_KEY, ['command ', commandText()]], '/command'),
  refused('a field without a name', [...GOOD, ['', 'x']], '/'),
  refused('a field __proto__', [...GOOD, ['__proto__', 'x']], '/__proto__'),
  refused('a field whose name is not UTF-8', [...GOOD, [Buffer.from([0xff, 0xfe]), 'x']], '/ÿþ'),
  refused('a field whose name holds NUL', [...GOOD, ['a\0b', 'x']], '/a\ufffdb'),
  refused('a command twice', [...GOOD, COMMAND], '/command'),
  refused('a source twice', [SOURCE, ...GOOD], '/source'),
  noKey('a key twice', [...GOOD, IDEMPOTENCY_KEY]),
  refused('neither a source nor a key', [COMMAND], '/idempotency_key', null),
  refused('a traceparent twice', [...GOOD, ['traceparent', TRACEPARENT], ['traceparent', TRACEPARENT]], '/traceparent'),
  refused('500 fields', [...GOOD, ...Array.from({ length: 500 }, (_, index): Field => [`field${index}`, 'x'])], '/field0'),

  refused('an empty source', sourced(''), '/source', null),
  refused('a source in capitals', sourced('Shop'), '/source', null),
  refused('a source that begins with a digit', sourced('1shop'), '/source', null),
  refused('a source of 65 characters', sourced('s'.repeat(65)), '/source', null),
  refused('a source with a line break', sourced('shop\r\n'), '/source', null),
  refused('a source with NUL', sourced('shop\0'), '/source', null),
  refused('a source that is not UTF-8', sourced(Buffer.from([0x73, 0xff, 0x68])), '/source', null),
  refused('a source beyond ASCII', sourced('büro'), '/source', null),
  refused('a source that may be auth', sourced('AUTH '), '/source', 'auth'),

  noKey('no key', [SOURCE, COMMAND]),
  noKey('an empty key', keyed('')),
  noKey('a key of 256 characters', keyed('k'.repeat(256))),
  noKey('a key with a space', keyed('a b')),
  noKey('a key with a line break', keyed('a\nb')),
  noKey('a key with NUL', keyed('a\0b')),
  noKey('a key beyond ASCII', keyed('schlüssel')),
  noKey('a key that is not UTF-8', keyed(Buffer.from([0x6b, 0xff]))),

  accepted('fields in another order', COMMAND, IDEMPOTENCY_KEY, SOURCE),
  accepted('a source of 64 characters', ...sourced('s'.repeat(64))),
  accepted('a key of 255 characters', ...keyed('k'.repeat(255))),
  accepted('a key of signs', ...keyed(`!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`)),
  accepted('a good traceparent', ...GOOD, ['traceparent', TRACEPARENT], ['tracestate', 'a=1']),
  accepted('a traceparent that is none', ...GOOD, ['traceparent', 'garbage\r\n']),
  accepted('a traceparent of zeros', ...GOOD, ['traceparent', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`]),
  accepted('a traceparent in capitals', ...GOOD, ['traceparent', TRACEPARENT.toUpperCase()]),
  accepted('a traceparent that is not UTF-8', ...GOOD, ['traceparent', Buffer.from([0xff, 0x00])]),
  accepted('a tracestate with NUL', ...GOOD, ['traceparent', TRACEPARENT], ['tracestate', 'a=\0']),
  accepted('a tracestate without traceparent', ...GOOD, ['tracestate', 'a=1']),
  accepted('a tracestate of 10 000 characters', ...GOOD, ['traceparent', TRACEPARENT], ['tracestate', 'a'.repeat(10_000)]),
  accepted('a time of request that is none', ...GOOD, ['requested_at_ms', 'yesterday']),
  accepted('a negative time of request', ...GOOD, ['requested_at_ms', '-1']),
  accepted('a time of request past every clock', ...GOOD, ['requested_at_ms', '9'.repeat(30)]),
];
