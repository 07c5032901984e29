import type { CommandCase, ExpectedEnd } from './bad-input-case.js';
import { commandText, gameText, withRawMember } from './command-text.js';

const repeated = (text: string, count: number): string => Array.from({ length: count }, () => text).join(',');
const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',');
const nested = (open: string, close: string, levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`;

type Row = readonly [name: string, body: string, expect: ExpectedEnd, pointer?: string];

/** As much of one thing as 200 KiB have room for: more than any check may look at one by one. */
const ROWS: readonly Row[] = [
  ['51 unknown properties', withRawMember(commandText(), numbered(51)), 'validation_failed', '/k49'],
  ['15 000 unknown properties', withRawMember(commandText(), numbered(15_000)), 'validation_failed', '/k0'],
  ['20 000 unknown properties', withRawMember(commandText(), numbered(20_000)), 'validation_failed', ''],
  [
    '6000 members __proto__',
    withRawMember(commandText(), `"x":[${repeated('{"__proto__":0}', 6000)}]`),
    'validation_failed',
    '/x/0/__proto__',
  ],
  ['60 000 empty objects', withRawMember(commandText(), `"x":[${repeated('{}', 60_000)}]`), 'validation_failed', ''],
  ['100 000 numbers', withRawMember(commandText(), `"x":[${repeated('0', 100_000)}]`), 'validation_failed', ''],
  ['60 000 recipients', withRawMember(commandText(), `"cc":[${repeated('""', 60_000)}]`), 'validation_failed', ''],
  ['19 000 recipients', withRawMember(commandText(), `"cc":[${repeated('""', 19_000)}]`), 'validation_failed', '/cc'],
  ['15 000 headers', withRawMember(commandText(), `"headers":{${numbered(15_000)}}`), 'validation_failed', '/headers'],
  ['15 000 tags', withRawMember(commandText(), `"tags":{${numbered(15_000)}}`), 'validation_failed', '/tags'],
  ['20 000 variables', gameText().replace('"turn":17', `"turn":17,${numbered(20_000)}`), 'validation_failed', ''],
  ['10 000 levels of arrays', withRawMember(commandText(), `"x":${nested('[', ']', 10_000)}`), 'malformed_json'],
  ['10 000 levels of objects', withRawMember(commandText(), `"x":${nested('{"a":', '}', 10_000)}`), 'malformed_json'],
  ['a number of 200 000 digits', withRawMember(commandText(), `"x":${'9'.repeat(200_000)}`), 'malformed_json'],
  ['a name of 200 000 characters', withRawMember(commandText(), `"${'n'.repeat(200_000)}":1`), 'validation_failed', `/${'n'.repeat(128)}…`],
  ['a name of 100 000 escapes', withRawMember(commandText(), `"${'\\n'.repeat(100_000)}":1`), 'validation_failed', `/${'\n'.repeat(128)}…`],
];

export const HUGE_CASES: readonly CommandCase[] = ROWS.map(([name, body, expect, pointer]): CommandCase => ({
  name,
  door: 'both',
  body,
  expect,
  ...(pointer === undefined ? {} : { pointer }),
}));
