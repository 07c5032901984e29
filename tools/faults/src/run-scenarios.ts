import type { Context } from '@mail/local/run-command';
import { printResult } from './print-results.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioResult } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { makeWorld } from './world/make-world.ts';
import type { World } from './world/make-world.ts';
import { sideBySide } from './world/side-by-side.ts';

export interface RunScenariosOptions {
  readonly scenarios: readonly Scenario[];
  readonly seed: string;
  /** Worlds at once: each scenario mostly waits for a time-out. */
  readonly jobs: number;
}

/** Runs the scenarios in worlds side by side, each in one after the other, and prints each as it ends. Results in the scenarios' order. */
export async function runScenarios(context: Context, { scenarios, seed, jobs }: RunScenariosOptions): Promise<ScenarioResult[]> {
  const { progress, interrupted } = context;
  const numbers = Array.from({ length: Math.min(jobs, scenarios.length) }, (_, index) => index + 1);
  const worlds = await Promise.all(numbers.map((number) => makeWorld(sideBySide(context, number))));
  progress.line();
  progress.line(`${scenarios.length} scenarios, seed ${seed}`);
  const results = new Map<Scenario, ScenarioResult>();
  const waiting = [...scenarios];
  const underWay = new Set<string>();
  const runAll = async (world: World): Promise<void> => {
    for (let scenario = waiting.shift(); scenario !== undefined && !interrupted.aborted; scenario = waiting.shift()) {
      underWay.add(scenario.id);
      progress.status(`… ${results.size}/${scenarios.length} done, under way: ${[...underWay].join(', ')}`);
      const result = await runScenario(world, scenario, seed);
      underWay.delete(scenario.id);
      results.set(scenario, result);
      printResult(progress, result);
    }
  };
  await Promise.all(worlds.map(runAll));
  return scenarios.flatMap((scenario) => results.get(scenario) ?? []);
}
