import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { MAX_JSON_DEPTH } from './scan-json.js';
import { parseStrictJson } from './strict-json.js';

const MAX_BYTES = 1_000_000;
const parse = (text: string | Uint8Array): ReturnType<typeof parseStrictJson> =>
  parseStrictJson(typeof text === 'string' ? Buffer.from(text) : text, MAX_BYTES);
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const LONG = 'x'.repeat(200);

describe('one JSON value is taken', () => {
  test.each([
    '0',
    '-0',
    '-1.5e-3',
    '1E2',
    '9007199254740991',
    '9007199254740992',
    '-9007199254740992',
    '1e15',
    '0.1234567890123456789012345',
    '1e-400000',
    'true',
    'false',
    'null',
    '""',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"',
    '"\\ud83d\\ude00"',
    '"\\uD83D\\uDE00"',
    '"\\\\u0000"',
    '"\\\\ud800"',
    '"grüße 😀 \u2028 \ufeff \ufffd"',
    '[]',
    '{}',
    ' \t\r\n[ 1 , [ ] , { } , "a" ]\n',
    '{"a":{"b":[{"a":1},{"a":2}]},"b":1}',
    '{"":0," ":1}',
    '{"constructor":1,"hasOwnProperty":2,"toString":3}',
    `"${LONG}\\n${LONG}"`,
    nested(MAX_JSON_DEPTH),
  ])('%s', (text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });
});

describe('anything else is malformed_json, with its position', () => {
  test.each([
    ['', 'the text ends where a value is expected at character 0'],
    ['  ', 'the text ends where a value is expected at character 2'],
    ['{}{}', 'something follows the value at character 2'],
    ['1 2', 'something follows the value at character 2'],
    ['01', 'something follows the value at character 1'],
    ['nul', 'expected a value at character 0'],
    ['NaN', 'expected a value at character 0'],
    ["'a'", 'expected a value at character 0'],
    ['/**/1', 'expected a value at character 0'],
    ['-', 'a number is not valid at character 0'],
    ['1.', 'something follows the value at character 1'],
    ['+1', 'expected a value at character 0'],
    ['[1,]', 'expected a value at character 3'],
    ['[1 2]', 'expected a comma or ] at character 3'],
    ['[1}', 'expected a comma or ] at character 2'],
    ['[', 'the text ends where a value is expected at character 1'],
    ['[1', 'expected a comma or ] at character 2'],
    ['{"a":1,}', 'expected a property name in double quotes at character 7'],
    ['{a:1}', 'expected a property name in double quotes at character 1'],
    ['{"a" 1}', 'expected a colon at character 5'],
    ['{"a":}', 'expected a value at character 5'],
    ['{"a":1', 'expected a comma or } at character 6'],
    ['{"a"', 'expected a colon at character 4'],
    ['"a', 'the text ends in a string at character 2'],
    [`"${LONG}`, 'the text ends in a string at character 201'],
    ['"a\nb"', 'a control character stands in a string at character 2'],
    [`"${LONG}\u0000"`, 'a control character stands in a string at character 201'],
    ['"\\x"', 'an escape in a string is not valid at character 1'],
    ['"\\u12g4"', 'an escape in a string is not valid at character 1'],
    ['"\\u 123"', 'an escape in a string is not valid at character 1'],
    ['"\\', 'an escape in a string is not valid at character 1'],
    ['"a\\u0000"', 'U+0000 is not allowed at character 2'],
    ['{"\\u0000":1}', 'U+0000 is not allowed at character 2'],
    ['"\\ud800"', 'a surrogate stands alone at character 1'],
    ['"\\ud800\\u0041"', 'a surrogate stands alone at character 1'],
    ['"\\ud800\\ud800"', 'a surrogate stands alone at character 1'],
    ['"\\ud83d\\ue000"', 'a surrogate stands alone at character 1'],
    ['"\\ude00\\ude00"', 'a surrogate stands alone at character 1'],
    ['"\\ude00\\ud83d"', 'a surrogate stands alone at character 1'],
    ['{"a":1,"a":2}', 'a property name is given twice at character 7'],
    ['{"a":1,"\\u0061":2}', 'a property name is given twice at character 7'],
    ['[{"x":{"b":1,"b":1}}]', 'a property name is given twice at character 13'],
    ['{"__proto__":1,"__proto__":2}', 'a property name is given twice at character 15'],
    ['9007199254740993', 'a number is past 2^53 at character 0'],
    ['[-9007199254740993]', 'a number is past 2^53 at character 1'],
    ['9007199254740992.5', 'a number is past 2^53 at character 0'],
    ['1e16', 'a number is past 2^53 at character 0'],
    ['1e400000', 'a number is past 2^53 at character 0'],
    [nested(MAX_JSON_DEPTH + 1), 'more than 64 levels at character 64'],
    ['['.repeat(10_000), 'more than 64 levels at character 64'],
    ['{"a":'.repeat(10_000), 'more than 64 levels at character 320'],
    ['\ufeff{}', 'a byte order mark at byte 0'],
  ])('%j', (text, detail) => {
    expect(parse(text)).toEqual({ ok: false, refusal: { code: 'malformed_json', detail, faults: [{ pointer: '', detail }] } });
  });

  test.each([
    ['a byte that begins nothing', Buffer.from([0x22, 0x61, 0xff, 0x22]), 2],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0x80, 0x22]), 1],
    ['a surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 1],
    ['a sequence that is cut off', Buffer.from([0x22, 0x61, 0xe2, 0x82]), 2],
    ['a fault behind U+FFFD itself', Buffer.from([0x22, 0xef, 0xbf, 0xbd, 0xc3, 0xbc, 0x80, 0x22]), 6],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 0],
  ])('not UTF-8: %s', (_, bytes, position) => {
    expect(parse(bytes)).toMatchObject({ ok: false, refusal: { code: 'malformed_json', detail: `not UTF-8 at byte ${position}` } });
  });
});

it('names may be the same in different objects, whatever their depth', () => {
  expect(parse('[{"a":{"a":1}},{"a":{"a":1}},{"b":[],"a":{}}]')).toMatchObject({ ok: true });
});

it('a command of exactly the bound is read, and one byte more is command_too_large', () => {
  const bytes = Buffer.from('"ü"');
  expect(parseStrictJson(bytes, 4)).toEqual({ ok: true, value: 'ü' });
  expect(parseStrictJson(bytes, 3)).toMatchObject({ ok: false, refusal: { code: 'command_too_large' } });
});

it('a view into a larger buffer is read alone', () => {
  expect(parse(new Uint8Array(Buffer.from('[1][2][3]')).subarray(3, 6))).toEqual({ ok: true, value: [2] });
});

// Numbers past 2^53 are left out, for they are refused.
const cleanValue = fc.jsonValue({ maxDepth: 8, noUnicodeString: false }).filter((value) => {
  const text = JSON.stringify(value);
  return !/\\u0000|\\ud[89a-f]/.test(text) && !/[0-9]e\+|[0-9]{16}(?![0-9]*\.?[0-9]*e-)/.test(text);
});

it('what JSON.stringify makes of a clean value is taken, and equal', () => {
  fc.assert(
    fc.property(cleanValue, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
    { numRuns: 500 },
  );
});

it('never takes what JSON.parse does not, and never throws', () => {
  const token = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"b"',
    '"\\u0041"',
    '"',
    '\\',
    '1',
    '-',
    '0',
    '.5',
    'e9',
    'true',
    'null',
    ' ',
    '\n',
    '\u0001',
  );
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join('')),
      (text) => {
        if (parse(text).ok) expect(() => JSON.parse(text)).not.toThrow();
      },
    ),
    { numRuns: 20_000 },
  );
});

it('takes what JSON.parse takes, but for names given twice and large numbers', () => {
  const token = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"b"', '1', '-0.5', 'true');
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 7 }).map((tokens) => tokens.join('')),
      (text) => {
        const parsed = parse(text);
        if (!parsed.ok && !/given twice|past 2\^53/.test(parsed.refusal.detail))
          expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
      },
    ),
    { numRuns: 20_000 },
  );
});

it('bytes of any kind give an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(parse(bytes)).toHaveProperty('ok');
    }),
    { numRuns: 2_000 },
  );
});
