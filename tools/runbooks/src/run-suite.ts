import { readFileSync } from 'node:fs';
import { ALERTS } from '@mail/chart/monitoring';
import { sideBySide } from '@mail/faults/world/side-by-side';
import type { Context } from '@mail/local/run-command';
import { drills as all } from './drills/index.ts';
import { runDrill, type DrillResult } from './run-drill.ts';
import { runbookOptions } from './runbook-options.ts';
import { makeTheatre, type Theatre } from './theatre.ts';

const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);

/** Does what the command line asks for; resolves to the exit code. The service is built. */
export async function runSuite(context: Context, args: readonly string[]): Promise<number> {
  const { progress, interrupted } = context;
  const { drills, jobs, factor, runbooks, spoil } = runbookOptions(args, all);
  const rules = readFileSync(ALERTS, 'utf8');
  const startedMs = performance.now();
  const numbers = Array.from({ length: Math.min(jobs, drills.length) }, (_, index) => index + 1);
  const theatres: Theatre[] = [];
  // One after the other, and all before the first drill: processes that load OpenTelemetry take what processors there are.
  for (const number of numbers) theatres.push(await makeTheatre(sideBySide(context, number), rules, factor));
  progress.line();
  progress.line(`${drills.length} alerts, ${numbers.length} systems side by side; an alert's minute takes ${(60 / factor).toFixed(1)} s`);
  const waiting = [...drills];
  const results: DrillResult[] = [];
  const runAll = async (theatre: Theatre): Promise<void> => {
    for (let drill = waiting.shift(); drill !== undefined && !interrupted.aborted; drill = waiting.shift()) {
      const { alert } = drill;
      const result = await runDrill(theatre, drill, { runbooks, factor, spoil, tell: (what) => progress.line(`  ${alert}: ${what}`) });
      results.push(result);
      const { blocks, firedAfterMs, endedAfterMs, tookMs, faults } = result;
      const times = `fired in ${seconds(firedAfterMs)}, ended in ${seconds(endedAfterMs)}, ${seconds(tookMs)} in all`;
      progress.line(`${(faults.length === 0) === spoil ? '✗' : '✓'} ${alert}: ${drill.fault}; ${blocks} blocks of its runbook (${times})`);
      for (const fault of faults) progress.line(`    ${fault.replaceAll('\n', '\n    ')}`);
    }
  };
  await Promise.all(theatres.map(runAll));
  // Found out counts only what comes of following the page: not a fault that could not be caused.
  const failed = results.filter(({ faults, blocks }) => (spoil ? faults.length === 0 || blocks === 0 : faults.length > 0));
  progress.line();
  if (failed.length > 0) {
    progress.line(`What the processes logged: ${context.logFile('*')}`);
    progress.line(`Again: npm run test:runbooks -- ${spoil ? '--spoil ' : ''}--only ${failed.map(({ drill }) => drill.alert).join(',')}`);
  }
  progress.line(`Took ${seconds(performance.now() - startedMs)}`);
  progress.line(`${results.length - failed.length} ${spoil ? 'found out' : 'passed'}, ${failed.length} failed`);
  return failed.length === 0 && results.length === drills.length ? 0 : 1;
}
