import type { Progress } from '@mail/local/progress';
import { printResult } from '../print-results.ts';
import { runScenario } from '../run-scenario.ts';
import type { ScenarioResult } from '../run-scenario.ts';
import type { World } from '../world/make-world.ts';
import { chaosScenario } from './chaos-scenario.ts';
import type { ChaosOptions, ChaosReport } from './chaos-scenario.ts';
import { chaosFigures } from './chaos-figures.ts';

export interface ChaosResult {
  readonly options: ChaosOptions;
  readonly result: ScenarioResult;
  /** `null` where it did not come to its end. */
  readonly report: ChaosReport | null;
}

/** At tens of thousands of rows a look takes long enough to slow down what it looks at. */
const LOOK_EVERY_MS = 5000;

/** The long run: tens of thousands of commands, minutes of kills. Prints what it comes to. */
export async function runChaos(world: World, options: ChaosOptions, seed: string, progress: Progress): Promise<ChaosResult> {
  const { commands, seconds, killEverySeconds } = options;
  progress.line();
  progress.line(`${commands} commands, and a process killed every ${killEverySeconds} s for ${seconds} s, seed ${seed}`);
  let report: ChaosReport | null = null;
  const scenario = chaosScenario('chaos', options, {
    onProgress: ({ sent, accepted, ended, kills }) =>
      progress.status(`… ${sent} sent, ${accepted} accepted, ${ended} ended, ${kills} kills`),
    onEnd: (known) => void (report = known),
  });
  const result = await runScenario(world, scenario, seed, { lookEveryMs: LOOK_EVERY_MS });
  printResult(progress, result);
  const chaos = { options, result, report };
  for (const [name, value] of chaosFigures(chaos)) progress.line(`    ${name}: ${value}`);
  for (const recipient of result.verdict.duplicated) progress.line(`    doubled: ${recipient}`);
  return chaos;
}
