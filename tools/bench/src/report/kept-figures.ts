import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { collectFigures } from './figures.ts';
import type { Figure, Figures, Measurement } from './figures.ts';

/** One measurement as it was last made for the page. */
export interface KeptMeasurement {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly machine: string;
  /** What was measured with, in words. */
  readonly size: string;
  readonly figures: readonly Omit<Figure, 'measurement'>[];
}

export type KeptFigures = Partial<Record<Measurement, KeptMeasurement>>;

/** What was kept, with each measurement of this run in place of the last. The others stay: ratios are within one measurement. */
export function keepFigures(file: string, figures: Figures, about: Omit<KeptMeasurement, 'figures'>): KeptFigures {
  const kept: KeptFigures = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as KeptFigures) : {};
  for (const measurement of new Set(figures.all.map((figure) => figure.measurement))) {
    const own = figures.all.filter((figure) => figure.measurement === measurement);
    kept[measurement] = {
      ...about,
      figures: own.map(({ what, whose, round, value }) => ({ what, whose, round, value: Number(value.toPrecision(5)) })),
    };
  }
  const ordered = Object.fromEntries(Object.entries(kept).sort(([one], [other]) => one.localeCompare(other)));
  writeFileSync(file, `${JSON.stringify(ordered, null, 1)}\n`);
  return ordered;
}

export function figuresOf(kept: KeptFigures): Figures {
  const figures = collectFigures();
  for (const [measurement, { figures: own }] of Object.entries(kept) as [Measurement, KeptMeasurement][]) {
    for (const figure of own) figures.add({ measurement, ...figure });
  }
  return figures;
}
