import type { Context } from '@mail/local/run-command';
import { failuresOf, printResult } from './print-results.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioResult } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { makeWorld } from './world/make-world.ts';
import type { World } from './world/make-world.ts';
import { sideBySide } from './world/side-by-side.ts';

export interface RunScenariosOptions {
  readonly scenarios: readonly Scenario[];
  /** One run of all scenarios each. */
  readonly seeds: readonly string[];
  /** Worlds at once: each scenario mostly waits for a time-out. */
  readonly jobs: number;
}

/** Runs the scenarios in worlds side by side, each in one after the other, run after run, and prints each as it ends. Results in their order. */
export async function runScenarios(context: Context, { scenarios, seeds, jobs }: RunScenariosOptions): Promise<ScenarioResult[]> {
  const { progress, interrupted } = context;
  const ordered = seeds.flatMap((seed) => scenarios.map((scenario) => ({ seed, scenario })));
  const numbers = Array.from({ length: Math.min(jobs, ordered.length) }, (_, index) => index + 1);
  const worlds = await Promise.all(numbers.map((number) => makeWorld(sideBySide(context, number))));
  progress.line();
  progress.line(`${scenarios.length} scenarios, seed ${seeds.join(', ')}`);
  const results = new Map<(typeof ordered)[number], ScenarioResult>();
  const waiting = [...ordered];
  const underWay = new Set<string>();
  const runAll = async (world: World): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !interrupted.aborted; next = waiting.shift()) {
      const { scenario, seed } = next;
      const name = seeds.length === 1 ? scenario.id : `${scenario.id} (seed ${seed})`;
      underWay.add(name);
      progress.status(`… ${results.size}/${ordered.length} done, under way: ${[...underWay].join(', ')}`);
      const result = await runScenario(world, scenario, seed);
      underWay.delete(name);
      results.set(next, result);
      printResult(progress, result);
      const mine = [...results.values()].filter((one) => one.seed === seed);
      if (seeds.length > 1 && mine.length === scenarios.length) {
        progress.line(`Seed ${seed}: ${mine.length - failuresOf(mine).length} of ${mine.length} as they must be`);
      }
    }
  };
  await Promise.all(worlds.map(runAll));
  return ordered.flatMap((one) => results.get(one) ?? []);
}
