import { expect, it, test } from 'vitest';
import { acceptanceRatio, acceptanceRow, medianOf, missesAcceptance } from './acceptance-target.ts';
import type { MeasuredAcceptance } from './measure-acceptance.ts';

const measured = (withIndexes: number[], without: number[]): MeasuredAcceptance => ({ door: 'stream', withIndexes, without });

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 2, 3], 2.5],
])('the median of %j is %f', (values, median) => expect(medianOf(values)).toBe(median));

it('the ratio is the median of those of the rounds, so that a slow minute of both is none of one', () => {
  expect(acceptanceRatio(measured([900, 90, 900], [1000, 100, 1000]))).toBeCloseTo(0.9);
  expect(acceptanceRatio(measured([900, 100, 900], [1000, 1000, 1000]))).toBeCloseTo(0.9);
});

test.each([
  ['kept at 0.8', [800], [1000], false],
  ['missed below it', [799], [1000], true],
  ['missed where nothing was measured', [], [], true],
])('the target is %s', (_, withIndexes, without, missed) => {
  expect(missesAcceptance(measured(withIndexes, without))).toBe(missed);
});

it('a row says both rates and their ratio', () => {
  expect(acceptanceRow(measured([800.4], [1000]))).toEqual(['stream', '800', '1000', '0.80', 'met']);
});
