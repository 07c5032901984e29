import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { runKept } from '@mail/local/run-kept';
import { benchmarksPage } from './benchmarks-page.ts';
import type { Measured } from './benchmarks-page.ts';
import { charts } from './charts.ts';

/** Writes docs/benchmarks.md and its plots. */
export async function writeBenchmarks(context: Context, measured: Omit<Measured, 'charts'>): Promise<void> {
  const docs = join(projectRoot, 'docs');
  const folder = join(docs, 'benchmarks');
  const drawn = charts(measured.figures);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, { svg }] of drawn) writeFileSync(join(folder, file), svg);
  const page = join(docs, 'benchmarks.md');
  writeFileSync(page, benchmarksPage({ ...measured, charts: drawn }));
  await runKept(context, {
    name: 'prettier',
    command: join(projectRoot, 'node_modules', '.bin', 'prettier'),
    args: ['--write', page],
    cure: 'See what it says of docs/benchmarks.md.',
  });
  context.progress.line('Written: docs/benchmarks.md');
}
