import { describe, expect, it, test } from 'vitest';
import { parseStreamEntry } from './command-stream-entry.js';

const COMMAND = '{"to":["a@example.com"],"content":{"mode":"rendered","subject":"s","text":"t"}}';
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const MAX_BYTES = 1_000;

type Field = readonly [string, string | Buffer];
const GOOD: readonly Field[] = [
  ['source', 'game'],
  ['idempotency_key', 'k1'],
  ['command', COMMAND],
];
const parse = (...fields: readonly Field[]): ReturnType<typeof parseStreamEntry> =>
  parseStreamEntry(
    fields.map(([name, value]) => [Buffer.from(name), Buffer.from(value)]),
    MAX_BYTES,
  );
const without = (name: string): Field[] => GOOD.filter(([field]) => field !== name);
const replaced = (name: string, value: string | Buffer): Field[] => GOOD.map(([field, old]) => [field, field === name ? value : old]);

it('three fields make a command', () => {
  expect(parse(...GOOD)).toMatchObject({
    ok: true,
    source: 'game',
    idempotencyKey: 'k1',
    command: { to: ['a@example.com'], priority: 'normal' },
    traceparent: null,
    tracestate: null,
    requestedAtMs: null,
  });
});

it('the order of fields does not count, and the optional ones are read', () => {
  expect(
    parse(['requested_at_ms', '1767323045123'], ['tracestate', 'a=1'], ...[...GOOD].reverse(), ['traceparent', TRACEPARENT]),
  ).toMatchObject({
    ok: true,
    traceparent: TRACEPARENT,
    tracestate: 'a=1',
    requestedAtMs: 1_767_323_045_123,
  });
});

describe('a trace context or a time that is not valid is ignored', () => {
  test.each<[Field, object]>([
    [['traceparent', 'x'], { traceparent: null }],
    [['traceparent', TRACEPARENT.toUpperCase()], { traceparent: null }],
    [['traceparent', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`], { traceparent: null }],
    [['traceparent', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`], { traceparent: null }],
    [['traceparent', `${TRACEPARENT}\r\n`], { traceparent: null }],
    [['traceparent', ''], { traceparent: null }],
    [['tracestate', 'a=1'], { tracestate: null }],
    [['requested_at_ms', 'now'], { requestedAtMs: null }],
    [['requested_at_ms', '-1'], { requestedAtMs: null }],
    [['requested_at_ms', '1e3'], { requestedAtMs: null }],
    [['requested_at_ms', '9'.repeat(40)], { requestedAtMs: null }],
  ])('%j', (field, expected) => {
    expect(parse(...GOOD, field)).toMatchObject({ ok: true, ...expected });
  });

  it('and a tracestate that is too long goes alone', () => {
    expect(parse(...GOOD, ['traceparent', TRACEPARENT], ['tracestate', 'x'.repeat(513)])).toMatchObject({
      ok: true,
      traceparent: TRACEPARENT,
      tracestate: null,
    });
  });
});

describe('an entry of other fields is refused, with what can be told of it', () => {
  test.each<[string, readonly Field[], string, string[], string | null, string | null]>([
    ['nothing', [], 'validation_failed', ['/source', '/idempotency_key', '/command'], null, null],
    ['no source', without('source'), 'validation_failed', ['/source'], null, 'k1'],
    ['no key', without('idempotency_key'), 'missing_idempotency_key', ['/idempotency_key'], 'game', null],
    ['no command', without('command'), 'validation_failed', ['/command'], 'game', 'k1'],
    ['an unknown field', [...GOOD, ['payload', 'x']], 'validation_failed', ['/payload'], 'game', 'k1'],
    ['a field in another case', [...without('command'), ['Command', COMMAND]], 'validation_failed', ['/Command', '/command'], 'game', 'k1'],
    ['an Object property', [...GOOD, ['__proto__', 'x']], 'validation_failed', ['/__proto__'], 'game', 'k1'],
    ['a repeated command', [...GOOD, ['command', COMMAND]], 'validation_failed', ['/command'], 'game', 'k1'],
    ['a repeated traceparent', [...GOOD, ['traceparent', 'x'], ['traceparent', 'x']], 'validation_failed', ['/traceparent'], 'game', 'k1'],
    ['a bad source', replaced('source', 'Game\n'), 'validation_failed', ['/source'], null, 'k1'],
    ['a bad key', replaced('idempotency_key', 'a b'), 'missing_idempotency_key', ['/idempotency_key'], 'game', null],
    ['a repeated key', [...GOOD, ['idempotency_key', 'k2']], 'missing_idempotency_key', ['/idempotency_key'], 'game', 'k1'],
    [
      'a bad key and an unknown field',
      [...replaced('idempotency_key', ''), ['x', '']],
      'validation_failed',
      ['/x', '/idempotency_key'],
      'game',
      null,
    ],
    [
      'a key that is not ASCII',
      replaced('idempotency_key', Buffer.from([0xff, 0xfe])),
      'missing_idempotency_key',
      ['/idempotency_key'],
      'game',
      null,
    ],
    ['a command that is no JSON', replaced('command', '{'), 'malformed_json', [''], 'game', 'k1'],
    ['a command that is not UTF-8', replaced('command', Buffer.from([0x22, 0xff, 0x22])), 'malformed_json', [''], 'game', 'k1'],
    ['an empty command', replaced('command', ''), 'malformed_json', [''], 'game', 'k1'],
    ['a command past the bound', replaced('command', `"${'x'.repeat(MAX_BYTES)}"`), 'command_too_large', [''], 'game', 'k1'],
    ['a command against its schema', replaced('command', '{"to":["a@example.com"]}'), 'validation_failed', ['/content'], 'game', 'k1'],
  ])('%s', (_, fields, code, pointers, source, idempotencyKey) => {
    const parsed = parse(...fields);
    expect(parsed).toMatchObject({ ok: false, refusal: { code }, source, idempotencyKey });
    expect(parsed.ok || parsed.refusal.faults.map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

it('a field whose name holds NUL is refused in words that PostgreSQL can store', () => {
  const parsed = parse(...GOOD, ['a\0b', 'x']);
  expect(parsed).toMatchObject({ ok: false, refusal: { code: 'validation_failed', faults: [{ pointer: '/a\ufffdb' }] } });
  expect(JSON.stringify(parsed)).not.toContain('\\u0000');
});

describe('a refused entry that may be of source auth says so, since it may hold a code', () => {
  test.each<[string, readonly Field[]]>([
    ['a bad command', [...without('source'), ['source', 'auth'], ['x', '']]],
    ['a second source', [...GOOD, ['source', 'auth']]],
    ['another case', replaced('source', 'AUTH')],
    ['a space behind', replaced('source', 'auth \n')],
  ])('%s', (_, fields) => {
    expect(parse(...fields)).toMatchObject({ ok: false, source: 'auth' });
  });
});
