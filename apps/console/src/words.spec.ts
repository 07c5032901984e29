import { describe, expect, test } from 'vitest';
import { absolute, bytes, clockTime, counted, duration, plural, relative } from './words.js';

const NOW = Date.parse('2026-03-04T05:06:07.890Z');

describe('a time is said', () => {
  test.each([
    [0, 'now'],
    [-999, 'now'],
    [1000, '1 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_600_000, '1 h ago'],
    [90_000_000, '1 d ago'],
    [-42_000, 'in 42 s'],
  ])('from %i ms away as %j', (away, said) => {
    expect(relative(NOW - away, NOW)).toBe(said);
  });

  test.each([
    ['2026-03-04T01:02:03.004Z', '01:02:03'],
    ['2026-03-03T23:59:59.999Z', '03-03 23:59'],
    ['2025-12-31T23:59:59.999Z', '2025-12-31'],
  ])('%s by as much as tells it apart: %s', (at, said) => {
    expect(clockTime(at, NOW)).toBe(said);
  });

  test('and whole where there is room', () => {
    expect(absolute('2026-01-02T03:04:05.006Z')).toBe('2026-01-02 03:04:05.006 UTC');
  });
});

test.each([
  [850, '850 ms'],
  [-3, '0 ms'],
  [7_200_000, '2 h'],
])('%i ms are %s', (ms, said) => {
  expect(duration(ms)).toBe(said);
});

test('counts have their thousands apart, and say where they stop', () => {
  expect(counted({ count: 10_000, capped: true })).toBe('10,000+');
  expect(plural(1, 'delivery', 'deliveries')).toBe('1 delivery');
  expect(plural(1234, 'second')).toBe('1,234 seconds');
  expect([bytes(999), bytes(1500), bytes(2_500_000)]).toEqual(['999 B', '1.5 KB', '2.5 MB']);
});
