import { readRules } from '@mail/chart/monitoring';
import { expect, it } from 'vitest';
import { drills } from './drills/index.ts';

const alerts = readRules().flatMap(({ alert }) => alert ?? []);

it('every alert has a drill, and every drill an alert', () => {
  expect(drills.map(({ alert }) => alert).sort()).toEqual([...new Set(alerts)].sort());
});

it('a drill allows no alert beside its own that there is not', () => {
  const also = drills.flatMap((drill) => Object.keys(drill.also ?? {}));
  expect(also.filter((alert) => !alerts.includes(alert))).toEqual([]);
});

it('every drill says what its diagnosis has to show', () => {
  for (const { shows } of drills) expect(shows.length).toBeGreaterThan(0);
});
