import type { Progress } from '@mail/local/progress';
import type { ScenarioResult } from './run-scenario.ts';

const MOST_FAULTS = 10;
const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);

/** The scenarios in which the service broke its promise. */
export function failuresOf(results: readonly ScenarioResult[]): ScenarioResult[] {
  return results.filter(({ verdict }) => verdict.faults.length > 0);
}

/** One line a scenario, and what was wrong below it. */
export function printResult(progress: Progress, { scenario, verdict, recoveryMs, tookMs, skipped }: ScenarioResult): void {
  if (skipped !== null) progress.line(`– ${scenario.id}: skipped: ${skipped}`);
  if (skipped !== null && verdict.faults.length === 0) return;
  const { commands, lost, recovered, duplicated, uncertain, faults } = verdict;
  const counts = [
    `${commands} commands`,
    `${lost.length} lost`,
    `${duplicated.length} doubled`,
    ...(uncertain > 0 ? [`${uncertain} uncertain`] : []),
    ...(recovered > 0 ? [`${recovered} recovered`] : []),
  ];
  const times = `recovered in ${seconds(recoveryMs)}, ${seconds(tookMs)} in all`;
  progress.line(`${faults.length === 0 ? '✓' : '✗'} ${scenario.id}: ${counts.join(', ')} (${times})`);
  for (const fault of faults.slice(0, MOST_FAULTS)) progress.line(`    ${fault}`);
  if (faults.length > MOST_FAULTS) progress.line(`    and ${faults.length - MOST_FAULTS} more`);
}

/** The long run is no scenario of the list. */
function again(failed: readonly ScenarioResult[]): string {
  const ids = failed.map(({ scenario }) => scenario.id).filter((id) => id !== 'chaos');
  return ids.length === 0 ? '--chaos' : `--only ${ids.join(',')}`;
}

export function printSummary(progress: Progress, results: readonly ScenarioResult[], logs: string): void {
  const failed = failuresOf(results);
  progress.line();
  if (failed.length > 0) {
    progress.line(`What the processes logged: ${logs}`);
    for (const seed of new Set(failed.map((result) => result.seed))) {
      progress.line(`Again: npm run test:faults -- --seed ${seed} ${again(failed.filter((result) => result.seed === seed))}`);
    }
  }
  const skipped = results.filter((result) => result.skipped !== null && !failed.includes(result)).length;
  const counts = [
    `${results.length - failed.length - skipped} passed`,
    `${failed.length} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  progress.line(counts.join(', '));
}
