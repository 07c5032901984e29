import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { runKept } from '@mail/local/run-kept';
import { runChaos } from './chaos/run-chaos.ts';
import { faultOptions } from './fault-options.ts';
import { runMutants } from './mutants/run-mutants.ts';
import { failuresOf, printSummary } from './print-results.ts';
import { runScenarios } from './run-scenarios.ts';
import { makeWorld } from './world/make-world.ts';
import { sideBySide } from './world/side-by-side.ts';
import { writeCrashMatrix } from './write-crash-matrix.ts';

/** Does what the command line asks for; resolves to the exit code. The service is built. */
export async function runSuite(context: Context, args: readonly string[]): Promise<number> {
  const { progress } = context;
  const options = faultOptions(args);
  const { form, seed } = options;
  if (form === 'mutants') return (await runMutants(context, options.mutants, seed)) === 0 ? 0 : 1;
  const results = form === 'chaos' ? [] : await runScenarios(context, options);
  // In a world that it has alone: its rate is part of what it shows.
  const chaos = form === 'scenarios' ? null : await runChaos(await makeWorld(sideBySide(context, 0)), options.chaos, seed, progress);
  if (form === 'matrix') {
    const file = join(projectRoot, 'docs', 'crash-matrix.md');
    writeCrashMatrix(file, results, chaos, options.seeds);
    await runKept(context, {
      name: 'prettier',
      command: join(projectRoot, 'node_modules', '.bin', 'prettier'),
      args: ['--write', file],
      cure: 'See what it says of docs/crash-matrix.md.',
    });
    progress.line('Written: docs/crash-matrix.md');
  }
  const all = [...results, ...(chaos === null ? [] : [chaos.result])];
  printSummary(progress, all, context.logFile('*'));
  return failuresOf(all).length === 0 ? 0 : 1;
}
