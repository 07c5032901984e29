import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.js';

describe('a duration is read as Go writes it', () => {
  test.each([
    ['250ms', 250],
    ['2s', 2_000],
    ['1m', 60_000],
    ['1m30s', 90_000],
    ['168h', 604_800_000],
    ['1.5h', 5_400_000],
    ['1.1s', 1_100],
    ['0.25s', 250],
    ['1h2m3s4ms', 3_723_004],
    ['0', 0],
    ['0s', 0],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, ms });
  });
});

describe('what is no duration is refused', () => {
  test.each([
    '',
    ' ',
    '5',
    '-1s',
    '+1s',
    '1 s',
    '1d',
    '1S',
    's',
    '.5s',
    '1.s',
    '1e3s',
    '1s ',
    '1s,2s',
    '1s!',
    'PT1S',
    '0.5ms',
    '1ns',
    '١s',
    '9'.repeat(20) + 'h',
  ])('%j', (text) => {
    expect(parseDuration(text)).toEqual({ ok: false, detail: expect.any(String) });
  });
});

describe('a duration is written in its shortest spelling', () => {
  test.each([
    [0, '0s'],
    [250, '250ms'],
    [1_500, '1.5s'],
    [60_000, '1m'],
    [90_000, '1m30s'],
    [604_800_000, '168h'],
    [3_661_001, '1h1m1.001s'],
  ])('%i', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('reads back as the same duration', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000_000), (ms) => {
        expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, ms });
      }),
    );
  });
});
