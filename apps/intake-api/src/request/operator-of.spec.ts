import { expect, test } from 'vitest';
import { operatorOf } from './operator-of.js';

const utf8 = (name: string): string => Buffer.from(name, 'utf8').toString('latin1');

test.each([
  ['Ada Lovelace', 'Ada Lovelace'],
  [utf8('Zoë'), 'Zoë'],
  [utf8('Zoe\u0308'), 'Zoë'],
  ['Zoë', 'Zoë'],
  [utf8('佐藤 花子'), '佐藤 花子'],
  [utf8('🚀'.repeat(128)), '🚀'.repeat(128)],
  [utf8('🚀'.repeat(129)), 'unknown'],
  [utf8('ada\u202e'), 'unknown'],
  [utf8('a\u200bda'), 'unknown'],
  [utf8('a\u00a0da'), 'unknown'],
  ['a\u0085da', 'unknown'],
  [' ada', 'unknown'],
  ['', 'unknown'],
  [undefined, 'unknown'],
])('an operator who says %j is %j', (header, operator) => {
  expect(operatorOf({ 'x-operator': header })).toBe(operator);
});
