// `npm run test:faults`: breaks the running system in every way that is listed, and shows that nothing is lost or doubled.
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import { runCommand } from '@mail/local/run-command';
import { faultOptions } from './fault-options.ts';
import { failuresOf, printResult, printSummary } from './print-results.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioResult } from './run-scenario.ts';
import { makeWorld } from './world/make-world.ts';
import { writeCrashMatrix } from './write-crash-matrix.ts';

// Runs of different names can go on side by side.
const name = /^[a-z0-9-]{1,20}$/.exec(process.argv[process.argv.indexOf('--as') + 1] ?? '')?.[0];

await runCommand(process.argv.includes('--as') && name !== undefined ? `faults-${name}` : 'faults', async (context) => {
  const { progress, interrupted } = context;
  const options = faultOptions(process.argv.slice(2));
  const world = await makeWorld(context);
  progress.line();
  progress.line(`${options.scenarios.length} scenarios, seed ${options.seed}`);
  const results: ScenarioResult[] = [];
  for (const scenario of options.scenarios) {
    if (interrupted.aborted) break;
    progress.status(`… ${results.length + 1}/${options.scenarios.length} ${scenario.id}`);
    const result = await runScenario(world, scenario, options.seed);
    results.push(result);
    printResult(progress, result);
  }
  if (options.matrix) {
    writeCrashMatrix(join(projectRoot, 'docs', 'crash-matrix.md'), results, options);
    progress.line('Written: docs/crash-matrix.md');
  }
  printSummary(progress, results, options, context.logFile('*'));
  return failuresOf(results).length === 0 ? 0 : 1;
});
