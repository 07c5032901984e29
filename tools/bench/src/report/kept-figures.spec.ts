import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { collectFigures } from './figures.ts';
import type { Figure, Figures } from './figures.ts';
import { figuresOf, keepFigures } from './kept-figures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mail-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...figures: Pick<Figure, 'measurement' | 'round' | 'value'>[]): Figures => {
  const collected = collectFigures();
  for (const figure of figures) collected.add({ what: 'mails/s', whose: 'ours', ...figure });
  return collected;
};
const about = (date: string) => ({ date, machine: 'two cores', size: '3 rounds' });

it('a run of some measurements leaves the others as they were, each with the day it was made', () => {
  const file = join(folder, 'figures.json');
  keepFigures(
    file,
    run({ measurement: 'e', round: 1, value: 5 }, { measurement: 'c', round: 1, value: 1 }, { measurement: 'c', round: 2, value: 2 }),
    about('2026-01-01'),
  );
  const kept = keepFigures(file, run({ measurement: 'c', round: 1, value: 1234.5678 }), about('2026-01-02'));
  expect(Object.entries(kept).map(([measurement, { date }]) => [measurement, date])).toEqual([
    ['c', '2026-01-02'],
    ['e', '2026-01-01'],
  ]);
  const figures = figuresOf(kept);
  expect([...figures.rounds('c', 'mails/s', 'ours')]).toEqual([[1, 1234.6]]);
  expect([...figures.rounds('e', 'mails/s', 'ours')]).toEqual([[1, 5]]);
});
