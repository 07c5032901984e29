import type { Progress } from '@mail/local/progress';
import { table } from '@mail/local/demo/table';
import type { Figures, Measurement } from './figures.ts';
import { measurements } from './figures.ts';
import { spreadOf } from './spread.ts';
import type { Judged } from './targets.ts';

/** Enough digits to compare, and no more: 4123, 12.3, 0.068. */
export function digits(value: number): string {
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return value.toFixed(Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3);
}

export function boundText({ target: { bound, unit } }: Judged): string {
  return 'atLeast' in bound ? `≥ ${digits(bound.atLeast)} ${unit}` : `≤ ${digits(bound.atMost)} ${unit}`;
}

/** The rows of one measurement: what, whose, median, spread. */
export function figureRows(figures: Figures, measurement: Measurement): string[][] {
  const groups = Map.groupBy(
    figures.all.filter((figure) => figure.measurement === measurement),
    ({ what, whose }) => `${what}\n${whose}`,
  );
  return [...groups.values()].flatMap((group) => {
    const spread = spreadOf(group.map(({ value }) => value));
    const [first] = group;
    if (spread === undefined || first === undefined) return [];
    return [[first.what, first.whose, digits(spread.median), `${digits(spread.min)} to ${digits(spread.max)}`]];
  });
}

export function printFigures(progress: Progress, figures: Figures): void {
  for (const [measurement, title] of Object.entries(measurements) as [Measurement, string][]) {
    const rows = figureRows(figures, measurement);
    if (rows.length === 0) continue;
    progress.line();
    for (const line of table([`${measurement}: ${title}`, 'whose', 'median', 'spread'], rows)) progress.line(line);
  }
}

export function printTargets(progress: Progress, judged: readonly Judged[]): void {
  progress.line();
  const rows = judged.map((one) => {
    const { target, spread, verdict } = one;
    return [
      `${target.measurement}: ${target.what}`,
      boundText(one),
      digits(spread.median),
      `${digits(spread.min)} to ${digits(spread.max)}`,
      verdict,
    ];
  });
  for (const line of table(['Target', 'bound', 'median', 'spread', ''], rows)) progress.line(line);
}
