import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { givenBackDelayMs, nextDelayMs, troubleDelayMs } from './retry-policy.js';

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

describe('after provider trouble', () => {
  const policy = { scheduleMs: SCHEDULE, troubleLimitMs: 24 * 60 * MINUTE, finalReplyTimeoutMs: 10 * MINUTE };
  it('the waits double from 5 s to 5 min', () => {
    const waits: (number | null)[] = [];
    for (let lastedMs = 0; waits.length < 9; lastedMs += waits.at(-1) ?? 0) waits.push(troubleDelayMs(lastedMs, policy, 0.5));
    expect(waits).toEqual([5_000, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  it('they are no longer than those of the schedule', () => {
    const short = { ...policy, scheduleMs: [250, 1_000] };
    expect(troubleDelayMs(0, short, 0.5)).toBe(250);
    expect(troubleDelayMs(MINUTE, short, 0.5)).toBe(1_000);
    expect(troubleDelayMs(MINUTE, { ...policy, scheduleMs: [] }, 0.5)).toBe(5_000);
  });

  it('each is within 20 %, within the limit, and there is none past it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * policy.troubleLimitMs }), schedules, randoms, (lastedMs, scheduleMs, random) => {
        const delayMs = troubleDelayMs(lastedMs, { ...policy, scheduleMs }, random);
        if (lastedMs >= policy.troubleLimitMs) {
          expect(delayMs).toBeNull();
          return;
        }
        expect(delayMs).toSatisfy(Number.isInteger);
        expect(delayMs).toBeGreaterThan(0);
        expect(delayMs).toBeLessThanOrEqual(Math.min(360_000, policy.troubleLimitMs - lastedMs));
      }),
    );
  });
});

it.each([
  [0, 1_000],
  [4_000, 1_000],
  [60_000, 15_000],
  [86_400_000, 300_000],
])('what could not be begun at an age of %i ms is tried again in %i ms', (ageMs, delayMs) => {
  expect(givenBackDelayMs(ageMs, 0.5)).toBe(delayMs);
});
