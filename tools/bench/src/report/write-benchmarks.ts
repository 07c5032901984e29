import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { runKept } from '@mail/local/run-kept';
import { benchmarksPage } from './benchmarks-page.ts';
import type { Measured } from './benchmarks-page.ts';
import { charts } from './charts.ts';
import type { Figures } from './figures.ts';
import { figuresOf, keepFigures } from './kept-figures.ts';
import type { KeptMeasurement } from './kept-figures.ts';
import { judge } from './targets.ts';

interface Run extends Pick<Measured, 'postgresVersion' | 'redisVersion'> {
  readonly about: Omit<KeptMeasurement, 'figures'>;
  readonly figures: Figures;
}

/**
 * Writes docs/benchmarks.md and its plots, of this run's measurements and of what earlier runs left of the others
 * (docs/benchmarks/figures.json). What profiles have shown is written by hand, in docs/benchmarks/profiles.md.
 */
export async function writeBenchmarks(context: Context, { about, figures: measured, ...versions }: Run): Promise<void> {
  const docs = join(projectRoot, 'docs');
  const folder = join(docs, 'benchmarks');
  mkdirSync(folder, { recursive: true });
  const kept = keepFigures(join(folder, 'figures.json'), measured, about);
  const figures = figuresOf(kept);
  const drawn = charts(figures);
  // What the last run has drawn; what people have written beside it stays.
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.svg'))) rmSync(join(folder, file));
  for (const [file, { svg }] of drawn) writeFileSync(join(folder, file), svg);
  const page = join(docs, 'benchmarks.md');
  const hasProfiles = existsSync(join(folder, 'profiles.md'));
  writeFileSync(page, benchmarksPage({ ...versions, kept, figures, judged: judge(figures), charts: drawn, hasProfiles }));
  await runKept(context, {
    name: 'prettier',
    command: join(projectRoot, 'node_modules', '.bin', 'prettier'),
    args: ['--write', page, join(folder, 'figures.json')],
    cure: 'See what it says of docs/benchmarks.md.',
  });
  context.progress.line('Written: docs/benchmarks.md');
}
