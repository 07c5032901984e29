import { describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';
import { loadChart } from './load-chart.ts';
import { readOptions } from './options.ts';
import type { ServiceTimes } from './service-times.ts';
import { simulate } from './simulate.ts';
import { sizeComponents } from './size-components.ts';
import type { System } from './system.ts';

const TIMES: ServiceTimes = {
  consumerUs: 240,
  intakeUs: 500,
  workerUs: 620,
  postgres: { statementUs: 100, acceptUs: 300, claimUs: 65, takeUs: 120, recordUs: 220, commitMs: 1.5 },
  smtpMs: [100],
};
const SYSTEM: System = {
  streamPerSecond: 100,
  httpPerSecond: 0,
  intakes: 1,
  workers: 2,
  slots: 16,
  postgresCores: 2,
  window: 2000,
  seconds: 20,
  seed: 1,
  times: TIMES,
};

describe('the simulated clock', () => {
  it('lets things happen in the order of their moments, and of their planning at one moment', () => {
    const clock = new Clock();
    const seen: string[] = [];
    const at = (ms: number, name: string): void => clock.after(ms, () => seen.push(`${name}@${clock.nowMs}`));
    [...'hgfedcba'].forEach((name, index) => at(8 - index, name));
    at(3, 'late');
    clock.after(2, () => at(0, 'now'));
    clock.runUntil(7);
    expect(seen).toEqual(['a@1', 'b@2', 'now@2', 'c@3', 'late@3', 'd@4', 'e@5', 'f@6', 'g@7']);
  });
});

describe('the simulation', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(simulate(SYSTEM)).toEqual(simulate(SYSTEM));
    expect(simulate(SYSTEM)).not.toEqual(simulate({ ...SYSTEM, seed: 2 }));
  });

  it('sends what comes while there is room, and no faster than SMTP allows', () => {
    const { sentPerSecond, p50Ms, stable, waiting } = simulate(SYSTEM);
    expect(sentPerSecond).toBeGreaterThan(94);
    expect(sentPerSecond).toBeLessThan(106);
    expect(p50Ms).toBeGreaterThan(100);
    expect(p50Ms).toBeLessThan(130);
    expect([stable, waiting < 5]).toEqual([true, true]);
  });

  it('keeps to Little’s law: slots in use are what is sent a second times how long each is in one', () => {
    const { busy, sentPerSecond } = simulate(SYSTEM);
    const inUse = busy.slots * SYSTEM.workers * SYSTEM.slots;
    expect(inUse / sentPerSecond).toBeGreaterThan(0.1);
    expect(inUse / sentPerSecond).toBeLessThan(0.11);
  });

  it('keeps to the utilisation law: a thread is as busy as what it does a second takes', () => {
    // Acceptance alone is so dear here that its thread shows, and PostgreSQL costs nothing.
    const postgres = { statementUs: 0, acceptUs: 0, claimUs: 0, takeUs: 0, recordUs: 0, commitMs: 0 };
    const { busy } = simulate({ ...SYSTEM, workers: 1, slots: 64, times: { ...TIMES, consumerUs: 2000, postgres } });
    expect(busy.consumer).toBeCloseTo((100 * 2000) / 1e6, 2);
    expect(busy.workers).toBeCloseTo((100 * TIMES.workerUs) / 1e6, 2);
    expect(busy.postgres).toBe(0);
  });

  it.each([
    ['slots', { streamPerSecond: 400 }, 'slots', 320],
    ['one consumer', { streamPerSecond: 6000, workers: 40, postgresCores: 32 }, 'consumer', 1e6 / TIMES.postgres.acceptUs],
    ['PostgreSQL', { streamPerSecond: 2500, workers: 20, postgresCores: 1 }, 'postgres', 1e6 / 600],
  ] as const)('falls behind where %s cannot keep up, at the rate that it can', (_what, more, station, mostPerSecond) => {
    const { stable, busy, sentPerSecond } = simulate({ ...SYSTEM, ...more, seconds: 10 });
    expect(stable).toBe(false);
    expect(busy[station]).toBeGreaterThan(0.95);
    expect(sentPerSecond).toBeLessThanOrEqual(mostPerSecond * 1.05);
  });
});

describe('the sizes of components', () => {
  it('are the fewest: with one worker less it does not do', () => {
    const sized = sizeComponents({ ...SYSTEM, streamPerSecond: 500, workers: 1, postgresCores: 1 }, 1000);
    expect(sized?.outcome.stable).toBe(true);
    // 500 a second, 100 ms each: 50 slots in use at least, and those may be 70 % busy.
    expect(sized?.system.workers).toBeGreaterThanOrEqual(5);
    expect(sized?.system.workers).toBeLessThanOrEqual(6);
  });

  it('are not to be had beyond what one consumer reads', () => {
    expect(sizeComponents({ ...SYSTEM, streamPerSecond: 5000, workers: 40, postgresCores: 16, seconds: 3 }, 1000)).toBeUndefined();
  });
});

it('the chart marks where it falls behind', () => {
  const points = [
    { perSecond: 10, p50Ms: 90, p99Ms: 200, stable: true },
    { perSecond: 20, p50Ms: 900, p99Ms: 20_000, stable: false },
  ];
  expect(loadChart('a < b', points)).toContain('a &lt; b');
  expect(loadChart('a', points)).toContain('falls behind');
  expect(loadChart('a', points.slice(0, 1))).not.toContain('falls behind');
});

it.each([
  [['--rate', 'many'], '--rate is "many"'],
  [['--http-share', '2'], 'between 0 and 1'],
  [['--smtp-times', 'package.json'], 'times in ms'],
  [['--nonsense'], 'nonsense'],
])('options %j are refused', (args, says) => {
  expect(() => readOptions(args)).toThrow(says);
});
