import { expect, it, test } from 'vitest';
import { retryAfterMs } from './read-answer.js';
import { retryDelayMs } from './retry-delay.js';

test.each([
  [1, null, 0, 100],
  [1, null, 1, 200],
  [3, null, 0, 400],
  [30, null, 1, 5000],
  [1, 2000, 0, 2100],
  [2, 0, 1, 400],
])('after try %i, with Retry-After %s and chance %f, the wait is %i ms', (tried, retryAfter, random, delay) => {
  expect(retryDelayMs(tried, retryAfter, 200, random)).toBe(delay);
});

test.each([
  ['2', 2000],
  ['Thu, 01 Jan 1970 00:00:05 GMT', 4000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', null],
  [null, null],
])('Retry-After: %s asks for %s ms', (header, ms) => {
  expect(retryAfterMs(header, 1000)).toBe(ms);
});

it('never waits less than was asked for', () => {
  for (const random of [0, 0.5, 0.999]) expect(retryDelayMs(1, 3000, 200, random)).toBeGreaterThanOrEqual(3000);
});
