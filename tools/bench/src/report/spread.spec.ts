import { describe, expect, it } from 'vitest';
import { quantile, spreadOf } from './spread.ts';

describe('the spread of values', () => {
  it.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[5, 1, 3], { median: 3, min: 1, max: 5 }],
    [[10, 2], { median: 6, min: 2, max: 10 }],
  ])('of %j has its median between the least and the most', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  it('of no values is none', () => expect(spreadOf([])).toBeUndefined());

  it('does not change the order of what it was given', () => {
    const values = [3, 1, 2];
    spreadOf(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

it('a quantile lies between its two neighbours, in proportion', () => {
  const hundred = Array.from({ length: 101 }, (_, index) => index);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([0, 50, 99, 100]);
  expect(quantile([10, 20], 0.25)).toBe(12.5);
});
