import { describe, expect, it, test } from 'vitest';
import { timesOf, type Measured } from './measure.ts';
import { missesOf, rowOf } from './targets.ts';

const measured = (more: Partial<Measured> = {}): Measured => ({
  list: 'dead-letters',
  page: 'deep',
  depth: 50_000,
  many: { medianMs: 4, p99Ms: 20 },
  few: { medianMs: 4, p99Ms: 20 },
  ...more,
});

describe('a target is missed', () => {
  test.each([
    ['by nothing that is quick and flat', {}, []],
    ['by one request in a hundred that takes 50 ms', { many: { medianMs: 4, p99Ms: 50 } }, ['p99 50.0 ms']],
    ['by a median that grows with the rows', { few: { medianMs: 2.6, p99Ms: 5 } }, ['ratio 1.54']],
    ['by nothing where it is 1.5 times as long', { few: { medianMs: 4 / 1.5, p99Ms: 5 } }, []],
    ['by nothing where counting ends at a cap', { list: 'stats', many: { medianMs: 18, p99Ms: 30 } }, []],
    ['by both', { many: { medianMs: 400, p99Ms: 800 } }, ['p99 800.0 ms', 'ratio 100.00']],
  ])('%s', (_, more, misses) => {
    expect(missesOf(measured(more))).toEqual(misses);
  });
});

it('a row says what was measured beside what is asked', () => {
  expect(rowOf(measured())).toEqual(['dead-letters', '50000 deep', '4.0 ms', '20.0 ms', '4.0 ms', '1.00', 'met']);
});

it('the 99th percentile is the time within which 99 of 100 were answered', () => {
  expect(timesOf(Array.from({ length: 100 }, (_, index) => 100 - index))).toEqual({ medianMs: 50, p99Ms: 99 });
  expect(timesOf([7])).toEqual({ medianMs: 7, p99Ms: 7 });
});
