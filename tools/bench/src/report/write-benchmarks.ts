import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { runKept } from '@mail/local/run-kept';
import { benchmarksPage } from './benchmarks-page.ts';
import type { Measured } from './benchmarks-page.ts';
import { charts } from './charts.ts';

/** Writes docs/benchmarks.md and its plots. What profiles have shown is written by hand, in docs/benchmarks/profiles.md. */
export async function writeBenchmarks(context: Context, measured: Omit<Measured, 'charts' | 'hasProfiles'>): Promise<void> {
  const docs = join(projectRoot, 'docs');
  const folder = join(docs, 'benchmarks');
  const drawn = charts(measured.figures);
  mkdirSync(folder, { recursive: true });
  // What the last run has drawn; what people have written beside it stays.
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.svg'))) rmSync(join(folder, file));
  for (const [file, { svg }] of drawn) writeFileSync(join(folder, file), svg);
  const page = join(docs, 'benchmarks.md');
  writeFileSync(page, benchmarksPage({ ...measured, charts: drawn, hasProfiles: existsSync(join(folder, 'profiles.md')) }));
  await runKept(context, {
    name: 'prettier',
    command: join(projectRoot, 'node_modules', '.bin', 'prettier'),
    args: ['--write', page],
    cure: 'See what it says of docs/benchmarks.md.',
  });
  context.progress.line('Written: docs/benchmarks.md');
}
