import { gzipSync } from 'node:zlib';
import type { HttpRequestCase } from './bad-input-case.js';
import { commandText } from './command-text.js';

type Header = readonly [string, string];

const JSON_TYPE: Header = ['Content-Type', 'application/json'];
const lengthOf = (body: string | Buffer): Header => ['Content-Length', String(Buffer.byteLength(body))];
/** Replaced by a key of the case's own. */
const KEY: Header = ['Idempotency-Key', 'KEY'];
const BODY = commandText({ source: 'shop' });
const LOGIN = JSON.stringify({ email: 'ada@example.com', code: '493817', locale: 'en' });
const GZIPPED = gzipSync(BODY);
const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

type Expected = HttpRequestCase['expect'];

const keyed = (name: string, expect: Expected, ...keys: readonly Header[]): HttpRequestCase => ({
  name,
  headers: [JSON_TYPE, lengthOf(BODY), ...keys],
  body: BODY,
  expect,
});
const typed = (name: string, expect: Expected, type: string | null): HttpRequestCase => ({
  name,
  headers: [...(type === null ? [] : [['Content-Type', type] as const]), lengthOf(BODY), KEY],
  body: BODY,
  expect,
});
const encoded = (name: string, encoding: string, body: string | Buffer): HttpRequestCase => ({
  name,
  headers: [JSON_TYPE, lengthOf(body), KEY, ['Content-Encoding', encoding]],
  body,
  expect: 'unsupported_media_type',
});
const framed = (name: string, expect: Expected, headers: readonly Header[], body: string | Buffer): HttpRequestCase => ({
  name,
  headers: [JSON_TYPE, KEY, ...headers],
  body,
  expect,
});
const sourced = (name: string, members: string, pointer: string, expect: Expected = 'validation_failed'): HttpRequestCase => {
  const body = members === '' ? commandText() : `{${members},${commandText().slice(1)}`;
  return { name, headers: [JSON_TYPE, lengthOf(body), KEY], body, expect, pointer };
};
const login = (name: string, members: Readonly<Record<string, unknown>>, pointer: string | null): HttpRequestCase => {
  const body = JSON.stringify({ ...(JSON.parse(LOGIN) as object), ...members });
  return {
    name,
    path: 'login-code-deliveries',
    headers: [JSON_TYPE, lengthOf(body), KEY],
    body,
    ...(pointer === null ? { expect: 'accepted' } : { expect: 'validation_failed', pointer }),
  };
};

/** `maxCommandBytes`: what the process has as `MAIL_MAX_COMMAND_BYTES`. */
export const httpRequestCases = (maxCommandBytes: number): readonly HttpRequestCase[] => [
  keyed('no Idempotency-Key', 'missing_idempotency_key'),
  keyed('an empty Idempotency-Key', 'missing_idempotency_key', ['Idempotency-Key', '']),
  keyed('an Idempotency-Key of 256 characters', 'missing_idempotency_key', ['Idempotency-Key', 'h'.repeat(256)]),
  keyed('an Idempotency-Key of 255 characters', 'accepted', ['Idempotency-Key', 'h'.repeat(255)]),
  keyed('an Idempotency-Key with a space', 'missing_idempotency_key', ['Idempotency-Key', 'a b']),
  keyed('an Idempotency-Key with a tab', 'missing_idempotency_key', ['Idempotency-Key', 'a\tb']),
  keyed('an Idempotency-Key beyond ASCII', 'missing_idempotency_key', ['Idempotency-Key', 'schl\u00fcssel']),
  keyed('two Idempotency-Keys', 'missing_idempotency_key', ['Idempotency-Key', 'a'], ['Idempotency-Key', 'b']),
  keyed('an Idempotency-Key with a bare CR', 'bad_request', ['Idempotency-Key', 'a\rb']),
  keyed('an Idempotency-Key with NUL', 'bad_request', ['Idempotency-Key', 'a\0b']),

  typed('no Content-Type', 'unsupported_media_type', null),
  typed('an empty Content-Type', 'unsupported_media_type', ''),
  typed('text/plain', 'unsupported_media_type', 'text/plain'),
  typed('a form', 'unsupported_media_type', 'application/x-www-form-urlencoded'),
  typed('multipart/form-data', 'unsupported_media_type', 'multipart/form-data; boundary=x'),
  typed('a type that begins as JSON does', 'unsupported_media_type', 'application/jsonx'),
  typed('a type that ends in +json', 'unsupported_media_type', 'application/vnd.mail+json'),
  typed('two types', 'unsupported_media_type', 'text/plain, application/json'),
  typed('JSON with a charset', 'accepted', 'application/json; charset=utf-8'),
  typed('JSON in capitals', 'accepted', 'APPLICATION/JSON'),

  encoded('a body in gzip', 'gzip', GZIPPED),
  encoded('a gzip bomb', 'gzip', gzipSync(Buffer.alloc(8 * maxCommandBytes, ' '))),
  encoded('a body that only says that it is gzip', 'gzip', BODY),
  encoded('a body in Brotli', 'br', GZIPPED),
  encoded('a body in an unknown coding', 'x-unknown', BODY),

  framed('no body', 'malformed_json', [['Content-Length', '0']], ''),
  framed(
    'chunks without a length',
    'accepted',
    [['Transfer-Encoding', 'chunked']],
    `${chunk(BODY.slice(0, 9))}${chunk(BODY.slice(9))}0\r\n\r\n`,
  ),
  framed('no chunk but the last', 'malformed_json', [['Transfer-Encoding', 'chunked']], '0\r\n\r\n'),
  framed(
    'chunks past the bound',
    'command_too_large',
    [['Transfer-Encoding', 'chunked']],
    chunk(' '.repeat(Math.ceil(maxCommandBytes / 16))).repeat(17),
  ),
  framed('a length past the bound, before any of the body', 'command_too_large', [['Content-Length', String(maxCommandBytes + 1)]], ''),
  framed('a length of 10 GB', 'command_too_large', [['Content-Length', '10000000000']], ''),
  framed('a body that breaks off', 'closes', [['Content-Length', '1000']], BODY),
  framed('chunks that break off', 'closes', [['Transfer-Encoding', 'chunked']], chunk(BODY)),
  framed('a chunk whose size is none', 'bad_request', [['Transfer-Encoding', 'chunked']], `xyz\r\n${BODY}\r\n0\r\n\r\n`),
  framed('a length and chunks', 'bad_request', [lengthOf(BODY), ['Transfer-Encoding', 'chunked']], `${chunk(BODY)}0\r\n\r\n`),
  framed('two lengths', 'bad_request', [lengthOf(BODY), ['Content-Length', '5']], BODY),
  framed('a negative length', 'bad_request', [['Content-Length', '-1']], BODY),

  sourced('no source', '', '/source'),
  sourced('a source that is null', '"source":null', '/source'),
  sourced('a source that is a number', '"source":1', '/source'),
  sourced('an empty source', '"source":""', '/source'),
  sourced('a source in capitals', '"source":"Shop"', '/source'),
  sourced('a source of 65 characters', `"source":"${'s'.repeat(65)}"`, '/source'),
  sourced('a source with a line break', '"source":"shop\\n"', '/source'),
  sourced('a source twice', '"source":"shop","source":"auth"', '', 'malformed_json'),
  { ...keyed('a PUT', 'not_found', KEY), method: 'PUT' },
  { ...keyed('a path that goes up', 'not_found', KEY), path: '../internal/../../deliveries' },

  login('a login code by HTTP', {}, null),
  login('a login code without address', { email: undefined }, '/email'),
  login('a login code for no address', { email: 'ada' }, '/email'),
  login('a login code for an address with a line break', { email: 'ada@example.com\r\nBcc: canary@injected.test' }, '/email'),
  login('a login code for two addresses', { email: ['ada@example.com'] }, '/email'),
  login('no login code', { code: undefined }, '/code'),
  login('an empty login code', { code: '' }, '/code'),
  login('a login code that is a number', { code: 493817 }, '/code'),
  login('a login code with a line break', { code: '493817\r\n' }, '/code'),
  login('a login code with a space', { code: '493 817' }, '/code'),
  login('a login code beyond ASCII', { code: '４９３８１７' }, '/code'),
  login('a login code of 64 characters', { code: 'c'.repeat(64) }, null),
  login('a login code of 65 characters', { code: 'c'.repeat(65) }, '/code'),
  login('a login code without locale', { locale: undefined }, '/locale'),
  login('a login code with a locale that is none', { locale: 'de_AT' }, '/locale'),
  login('a login code that ends at no time', { expires_at: '2026-02-30T00:00:00Z' }, '/expires_at'),
  login('a login code with an unknown property', { to: ['eve@example.com'] }, '/to'),
];
