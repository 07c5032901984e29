import { expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { loopFailures } from './loop-failures.js';

const silent = createLogger({ app: 'scheduler', logLevel: 'info' }, { write: () => undefined });
const waits = (intervalMs: number, failures: number): number[] => {
  const counted = loopFailures('test', intervalMs, silent);
  return Array.from({ length: failures }, () => counted.failed(new Error('down')));
};

it.each([
  [250, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]],
  [1, [50, 100, 200]],
  [3_600_000, [5_000, 5_000]],
])('a loop of %i ms waits %j ms between failures', (intervalMs, expected) => {
  expect(waits(intervalMs, expected.length)).toEqual(expected);
});

it('a thousand failures wait no longer than ten', () => {
  expect(waits(250, 1_000).at(-1)).toBe(5_000);
});

it('begins from the interval again after a success', () => {
  const counted = loopFailures('test', 250, silent);
  counted.failed(new Error('down'));
  counted.failed(new Error('down'));
  counted.recovered();
  expect(counted.failing).toBe(false);
  expect(counted.failed(new Error('down'))).toBe(250);
});
