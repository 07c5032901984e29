import type { CommandCase } from './bad-input-case.js';
import { commandText, VALID_COMMAND, withRawMember } from './command-text.js';

const CONTENT = JSON.stringify(VALID_COMMAND.content);
const TO = JSON.stringify(VALID_COMMAND.to);
const whole = commandText();

/** Texts that are no JSON (RFC 8259). */
const MALFORMED: readonly (readonly [name: string, body: string])[] = [
  ['nothing at all', ''],
  ['white space alone', ' \r\n\t'],
  ['a word', 'hello'],
  ['an opening brace', '{'],
  ['a closing brace', '}'],
  ['a text that ends in a string', '{"to":["ada@exam'],
  ['a text that ends in an escape', '{"to":["ada\\'],
  ['a text that ends in a name', '{"to":["ada@example.com"],"cont'],
  ['a text that ends before its last brace', whole.slice(0, -1)],
  ['a second value after the first', `${whole}${whole}`],
  ['a brace too many', `${whole}}`],
  ['a comma before the end', `${whole.slice(0, -1)},}`],
  ['a comma after the last entry', `{"to":["ada@example.com",],"content":${CONTENT}}`],
  ['a missing comma', `{"to":${TO} "content":${CONTENT}}`],
  ['a missing colon', `{"to" ${TO},"content":${CONTENT}}`],
  ['single quotes', `{'to':['ada@example.com']}`],
  ['names without quotes', `{to:${TO},content:${CONTENT}}`],
  ['a comment', `{"to":${TO},/* who */"content":${CONTENT}}`],
  ['a line comment', `// a command\n${whole}`],
  ['NaN', withRawMember(whole, '"tags":{"a":NaN}')],
  ['Infinity', withRawMember(whole, '"tags":{"a":Infinity}')],
  ['a number with a leading zero', withRawMember(whole, '"tags":{"a":01}')],
  ['a number with a plus sign', withRawMember(whole, '"tags":{"a":+1}')],
  ['a hexadecimal number', withRawMember(whole, '"tags":{"a":0x1}')],
  ['a number that ends in a dot', withRawMember(whole, '"tags":{"a":1.}')],
  ['True with a capital', withRawMember(whole, '"tags":{"a":True}')],
  ['undefined', withRawMember(whole, '"cc":undefined')],
  ['a line break in a string', `{"to":${TO},"content":{"mode":"rendered","subject":"a\nb","text":"t"}}`],
  ['a tab in a string', `{"to":${TO},"content":{"mode":"rendered","subject":"a\tb","text":"t"}}`],
  ['an escape that there is not', withRawMember(whole, String.raw`"tags":{"a":"\x41"}`)],
  ['an escape with three digits', withRawMember(whole, String.raw`"tags":{"a":"\u041"}`)],
  ['a non-breaking space between members', `{"to":${TO},\u00a0"content":${CONTENT}}`],
  ['two lines of JSON', `${whole}\n${whole}`],
  ['a form', 'to=ada%40example.com&subject=Hello'],
  ['XML', '<command><to>ada@example.com</to></command>'],
  ['an array that is never closed, 10 000 deep', '['.repeat(10_000)],
  ['arrays 10 000 deep', `{"to":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
  ['objects 10 000 deep', `{"to":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
];

/** What the grammar allows, and no more is wrong with it. */
const ACCEPTED: readonly (readonly [name: string, body: string])[] = [
  ['white space wherever it may be', ` \r\n\t{ "to" : ${TO} ,\n\t"content" : ${CONTENT} }\r\n `],
  ['escapes for every character', `{"\\u0074\\u006f":["\\u0061da@example.com"],"content":${CONTENT}}`],
  ['an escaped solidus', `{"to":${TO},"content":{"mode":"rendered","subject":"a\\/b","text":"t"}}`],
  ['members in another order', `{"content":${CONTENT},"to":${TO}}`],
];

export const JSON_SYNTAX_CASES: readonly CommandCase[] = [
  ...MALFORMED.map(([name, body]): CommandCase => ({ name, door: 'both', body, expect: 'malformed_json' })),
  ...ACCEPTED.map(([name, body]): CommandCase => ({ name, door: 'both', body, expect: 'accepted' })),
];
