import { tabledEnd, type CommandCase, type TabledEnd } from './bad-input-case.js';
import { commandText, GAME_VARIABLES, VALID_COMMAND, withRawMember } from './command-text.js';

const whole = commandText();
const CONTENT = JSON.stringify(VALID_COMMAND.content);
const TO = JSON.stringify(VALID_COMMAND.to);

/** A command from a template with one more variable, or another one, as it is written. */
const variable = (raw: string): string =>
  `{"to":${TO},"content":{"mode":"template","template_id":"game.turn_ready","variables":${withRawMember(JSON.stringify({ ...GAME_VARIABLES, turn: undefined }), raw)}}}`;
const nested = (levels: number): string => variable(`"turn":1,"more":${'['.repeat(levels)}${']'.repeat(levels)}`);

type Row = readonly [name: string, body: string, expect: TabledEnd, pointer?: string];

/** JSON that readers do not agree on: the first or the last of two, a rounded number, a prototype. */
const ROWS: readonly Row[] = [
  ['a member twice', `{"to":${TO},"to":["eve@example.com"],"content":${CONTENT}}`, 'malformed_json'],
  ['a member twice, once escaped', `{"to":${TO},"\\u0074o":["eve@example.com"],"content":${CONTENT}}`, 'malformed_json'],
  ['a member twice with the same value', `{"to":${TO},"to":${TO},"content":${CONTENT}}`, 'malformed_json'],
  ['a nested member twice', `{"to":${TO},"content":{"mode":"rendered","subject":"a","subject":"b","text":"t"}}`, 'malformed_json'],
  ['a variable twice', variable('"turn":1,"turn":2'), 'malformed_json'],
  ['a header twice', withRawMember(whole, '"headers":{"X-A":"1","X-A":"2"}'), 'malformed_json'],
  ['an unknown member twice', withRawMember(whole, '"a":1,"a":2'), 'malformed_json'],

  ['a member __proto__', withRawMember(whole, '"__proto__":{"priority":"high"}'), 'validation_failed', '/__proto__'],
  ['a member __proto__, escaped', withRawMember(whole, '"\\u005f_proto__":{"priority":"high"}'), 'validation_failed', '/__proto__'],
  [
    '__proto__ in the content',
    `{"to":${TO},"content":{"mode":"rendered","subject":"a","text":"t","__proto__":{"html":"x"}}}`,
    'validation_failed',
    '/content/__proto__',
  ],
  ['__proto__ as all of the content', `{"to":${TO},"content":{"__proto__":${CONTENT}}}`, 'validation_failed', '/content/__proto__'],
  ['__proto__ in the variables', variable('"turn":1,"__proto__":{"x":1}'), 'validation_failed', '/content/variables/__proto__'],
  [
    '__proto__ deep in the variables',
    variable('"turn":{"a":[{"__proto__":1}]}'),
    'validation_failed',
    '/content/variables/turn/a/0/__proto__',
  ],
  ['__proto__ among the headers', withRawMember(whole, '"headers":{"__proto__":"x"}'), 'validation_failed', '/headers/__proto__'],
  ['__proto__ among the tags', withRawMember(whole, '"tags":{"__proto__":"x"}'), 'validation_failed', '/tags/__proto__'],
  ['a member constructor', withRawMember(whole, '"constructor":{"prototype":{"a":1}}'), 'validation_failed', '/constructor'],
  ['a member toString', withRawMember(whole, '"toString":"x"'), 'validation_failed', '/toString'],
  ['a header constructor', withRawMember(whole, '"headers":{"constructor":"x"}'), 'validation_failed', '/headers/constructor'],
  ['a variable constructor', variable('"turn":1,"constructor":{"prototype":{"a":1}}'), 'breaks_schema', '/content/variables/constructor'],
  ['a variable hasOwnProperty', variable('"turn":1,"hasOwnProperty":"x"'), 'breaks_schema', '/content/variables/hasOwnProperty'],
  [
    'tags named as members that objects inherit',
    withRawMember(whole, '"tags":{"constructor":"a","toString":"b","valueOf":"c"}'),
    'accepted',
  ],

  ['a number past 2^53', variable('"turn":9007199254740993'), 'malformed_json'],
  ['a negative number past 2^53', variable('"turn":-9007199254740993'), 'malformed_json'],
  ['a number past 2^53 with an exponent', variable('"turn":1e16'), 'malformed_json'],
  ['1e400000', variable('"turn":1e400000'), 'malformed_json'],
  ['-1e400000', variable('"turn":-1e400000'), 'malformed_json'],
  ['1e400000 where no number belongs', withRawMember(whole, '"priority":1e400000'), 'malformed_json'],
  ['a number of 5000 digits', variable(`"turn":${'9'.repeat(5000)}`), 'malformed_json'],
  ['a number too small to tell from 0', variable('"turn":1e-400000'), 'breaks_schema', '/content/variables/turn'],
  ['minus zero', variable('"turn":-0'), 'breaks_schema', '/content/variables/turn'],
  ['a fraction where an integer belongs', variable('"turn":1.5'), 'breaks_schema', '/content/variables/turn'],
  ['2^53 itself', variable('"turn":9007199254740992'), 'accepted'],
  ['an integer written as a fraction', variable('"turn":17.0'), 'accepted'],
  ['an integer written with an exponent', variable('"turn":1.7e1'), 'accepted'],

  // The command, its content and its variables are three levels.
  ['64 levels', nested(61), 'breaks_schema', '/content/variables/more'],
  ['65 levels', nested(62), 'malformed_json'],
];

export const JSON_MEANING_CASES: readonly CommandCase[] = ROWS.map(([name, body, expect, pointer]): CommandCase => ({
  name,
  door: 'both',
  body,
  ...tabledEnd(expect),
  ...(pointer === undefined ? {} : { pointer }),
}));
