import { describe, expect, it, test } from 'vitest';
import { duration, timeWithAge } from './age.js';
import { ansiPaint, noPaint } from './colour.js';
import { fitted, jsonLine, manyLines, oneLine, widthOf } from './plain-text.js';
import { table, type Column } from './table.js';

describe('text of others', () => {
  test.each([
    ['a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['a\nb\tc', 'a\\u000ab\\u0009c'],
    ['\u009b31m', '\\u009b31m'],
    ['exe.\u202efdp', 'exe.\\u202efdp'],
    ['Grüße 日本 🎲', 'Grüße 日本 🎲'],
  ])('%j is shown on one line as %s', (text, shown) => expect(oneLine(text)).toBe(shown));

  it('keeps line feeds and tabs where it has many lines', () => expect(manyLines('a\r\nb\tc\u001b')).toBe('a\nb\tc\\u001b'));

  it('is the same to a reader of JSON', () => {
    const value = { 'k\u202e': ['\u009b31m', '\u001b', 'ü\u2028'] };
    expect(JSON.parse(jsonLine(value))).toEqual(value);
    expect(jsonLine(value)).not.toMatch(/[\u009b\u202e\u2028]/);
  });
});

test.each([
  ['abc', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['🎲', 2],
])('%s takes %i columns', (text, width) => expect(widthOf(text)).toBe(width));

it('what is too wide is cut to the width, with an ellipsis', () => {
  expect([fitted('abcdef', 6), fitted('abcdef', 4), fitted('日本語', 4)]).toEqual(['abcdef', 'abc…', '日…']);
});

test.each([
  [0, '0s'],
  [59_999, '59s'],
  [61_000, '1m 1s'],
  [3_600_000, '1h'],
  [3_605_000, '1h'],
  [90_061_000, '1d 1h'],
])('%i ms are %s', (ms, text) => expect(duration(ms)).toBe(text));

it('a time stands beside its age', () => {
  const now = Date.parse('2026-01-02T03:04:05Z');
  expect(timeWithAge('2026-01-02T03:01:05.123Z', now)).toBe('2026-01-02T03:01:05Z (2m 59s ago)');
  expect(timeWithAge('2026-01-02T04:04:05.000Z', now)).toBe('2026-01-02T04:04:05Z (in 1h)');
  expect(timeWithAge(null, now)).toBe('–');
});

describe('a table', () => {
  const columns: Column<{ id: string; text: string | null; status: string }>[] = [
    { title: 'ID', of: ({ id }) => id },
    { title: 'STATUS', of: ({ status }) => status, coloured: true },
    { title: 'TEXT', of: ({ text }) => text, shrinks: true },
  ];
  const rows = [
    { id: '1', status: 'sent', text: 'a rather long text' },
    { id: '22', status: 'failed', text: null },
  ];

  it('is whole where nothing bounds it', () => {
    expect(table(columns, rows, { paint: noPaint, width: null })).toBe('ID  STATUS  TEXT\n1   sent    a rather long text\n22  failed  –\n');
  });

  it('fits the terminal by what may shrink, and no line is wider', () => {
    const text = table(columns, rows, { paint: noPaint, width: 22 });
    expect(text).toBe('ID  STATUS  TEXT\n1   sent    a rather …\n22  failed  –\n');
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(22);
  });

  it('has colour for words that have one', () => {
    expect(table(columns, rows, { paint: ansiPaint, width: null })).toContain('\u001b[31mfailed\u001b[0m  –');
  });
});
