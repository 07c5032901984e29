import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { nextDelayMs } from './retry-policy.js';

const MINUTE = 60_000;
const SCHEDULE = [MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE, 360 * MINUTE];
const schedules = fc.array(fc.integer({ min: 1, max: 30 * 24 * 60 * MINUTE }), { maxLength: 12 });
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait after attempt n is the n-th entry of the schedule', () => {
  test.each(SCHEDULE.map((delayMs, index) => [index + 1, delayMs] as const))('%i: %i ms', (number, delayMs) => {
    expect(nextDelayMs(number, SCHEDULE, 0.5)).toBe(delayMs);
  });
});

it('there is one attempt more than the schedule has entries', () => {
  fc.assert(
    fc.property(schedules, randoms, (schedule, random) => {
      const delays = [...Array(schedule.length + 3).keys()].map((index) => nextDelayMs(index + 1, schedule, random));
      expect(delays.filter((delay) => delay !== null)).toHaveLength(schedule.length);
      expect(delays.slice(schedule.length)).toEqual([null, null, null]);
    }),
  );
});

it('stays within 20 % of the schedule, in whole ms', () => {
  fc.assert(
    fc.property(schedules, randoms, (schedule, random) => {
      schedule.forEach((entry, index) => {
        const delayMs = nextDelayMs(index + 1, schedule, random);
        expect(delayMs).toSatisfy(Number.isInteger);
        expect(delayMs).toBeGreaterThanOrEqual(Math.floor(entry * 0.8));
        expect(delayMs).toBeLessThanOrEqual(Math.ceil(entry * 1.2));
      });
    }),
  );
});

it('uses all of the 20 %, to both sides', () => {
  expect(nextDelayMs(1, [1000], 0)).toBe(800);
  expect(nextDelayMs(1, [1000], 0.25)).toBe(900);
  expect(nextDelayMs(1, [1000], 0.999_999)).toBe(1200);
});

it('never falls back to 0, however short the schedule', () => {
  fc.assert(
    fc.property(randoms, (random) => {
      expect(nextDelayMs(1, [1], random)).toBe(1);
    }),
  );
});
