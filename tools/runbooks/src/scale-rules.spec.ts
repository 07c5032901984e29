import { readFileSync } from 'node:fs';
import { ALERTS } from '@mail/chart/monitoring';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { scaleDuration, scaleExpression, scaleRules } from './scale-rules.ts';

test.each([
  ['5m', '5000ms'],
  ['1h', '60000ms'],
  ['1h30m', '90000ms'],
  ['2d', '2880000ms'],
  ['30s', '500ms'],
  ['0s', '0s'],
])('%s is %s at a sixtieth', (text, scaled) => {
  expect(scaleDuration(text, 60)).toBe(scaled);
});

it.each(['', '5', '5 m', '5x', '-5m'])('"%s" is no duration, and refused', (text) => {
  expect(() => scaleDuration(text, 60)).toThrow('no duration');
});

it('refuses what would be too short to be seen', () => {
  expect(() => scaleDuration('1s', 60)).toThrow('too short');
});

test.each([
  ['sum(rate(a_total[2m])) > 0', 'sum(rate(a_total[2000ms])) > 0'],
  ['max_over_time(a[1h:5m])', 'max_over_time(a[60000ms:5000ms])'],
  ['max_over_time(a[1h:])', 'max_over_time(a[60000ms:])'],
  ['a offset 5m > a offset -10m', 'a offset 5000ms > a offset -10000ms'],
  // Thresholds are of the service's own times, which nothing shortens.
  ['max(age_seconds{lane="normal"}) > 300', 'max(age_seconds{lane="normal"}) > 300'],
  ['a:ratio_5m > 14.4 * 0.01', 'a:ratio_5m > 14.4 * 0.01'],
  [`a{b="[5m] offset 5m",c='[1h]'}`, `a{b="[5m] offset 5m",c='[1h]'}`],
])('of %s becomes %s', (expr, scaled) => {
  expect(scaleExpression(expr, 60)).toBe(scaled);
});

describe('the rules of the service', () => {
  type Rules = { groups: { rules: { alert?: string; expr: string; for?: string }[] }[] };
  const text = readFileSync(ALERTS, 'utf8');
  const rulesOf = (file: string) => (parse(file) as Rules).groups.flatMap(({ rules }) => rules);
  const scaled = rulesOf(scaleRules(text, 60));

  it('are the same but for their times', () => {
    const untimed = (rules: ReturnType<typeof rulesOf>) =>
      rules.map((rule) => ({ ...rule, for: rule.for !== undefined, expr: rule.expr.replaceAll(/\[\w+\]/g, '[]') }));
    expect(untimed(scaled)).toEqual(untimed(rulesOf(text)));
  });

  it('are all scaled: at a factor of 1 they are as long as they were, at 60 no time of theirs is left', () => {
    const times = (rules: ReturnType<typeof rulesOf>) =>
      rules.flatMap((rule) => [...rule.expr.matchAll(/\[(\w+)\]/g)].map(([, range]) => range).concat(rule.for ?? []));
    const before = times(rulesOf(text));
    expect(before.length).toBeGreaterThan(20);
    expect(times(scaled)).toEqual(before.map((time) => scaleDuration(time ?? '', 60)));
    expect(times(scaled).every((time) => time?.endsWith('ms'))).toBe(true);
  });
});
