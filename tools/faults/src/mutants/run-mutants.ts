import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { printResult } from '../print-results.ts';
import { runScenario } from '../run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { scenarios } from '../scenarios/index.ts';
import type { App } from '../world/mail-apps.ts';
import { makeWorld } from '../world/make-world.ts';
import type { World } from '../world/make-world.ts';
import { copyBuilt } from './copy-built.ts';
import { checkEdits, editBuilt } from './edit-built.ts';
import type { Mutant } from './mutant.ts';
import { findSign } from './signs.ts';

/** Of a line: what was found can name every recipient. */
const LONGEST = 200;

/** `error`: it did not come to be tried, which proves nothing. */
type Fate = { readonly kind: 'caught' | 'survived' | 'error'; readonly why: string };

function scenariosOf({ id, scenarios: ids }: Mutant): Scenario[] {
  return ids.map((wanted) => {
    const found = scenarios.find((scenario) => scenario.id === wanted);
    if (found === undefined) throw new Error(`the mutant ${id} is to be tried on ${wanted}, which there is not`);
    return found;
  });
}

async function fateOf(world: World, mutant: Mutant, seed: string): Promise<Fate> {
  const others: string[] = [];
  for (const scenario of scenariosOf(mutant)) {
    const { verdict } = await runScenario(world, scenario, seed);
    const sign = findSign(verdict.faults, mutant.signs);
    if (sign !== undefined) return { kind: 'caught', why: `${scenario.id}: ${sign}` };
    others.push(`${scenario.id}: ${verdict.faults.length === 0 ? 'nothing was found' : verdict.faults.join('; ')}`);
  }
  return { kind: 'survived', why: others.join(' | ') };
}

/** What a mutant has left behind must not be held against the next. */
async function clear(world: World): Promise<void> {
  await world.query(`delete from deliveries where status = 'queued'`);
}

/** Tries each mutant, and prints what caught it. Returns how many were not caught; the scenarios must pass without any of them first. */
export async function runMutants(context: Context, mutants: readonly Mutant[], seed: string): Promise<number> {
  const { progress, interrupted } = context;
  const copy = join(context.folder, 'mutated');
  await progress.step('Copy of what is built', async () => copyBuilt(projectRoot, copy));
  for (const mutant of mutants) checkEdits(copy, mutant);
  const world = await makeWorld(context, { root: copy });
  progress.line();
  const control = [...new Set(mutants.flatMap(scenariosOf))];
  progress.line(`Without a mutant, ${control.length} scenarios, seed ${seed}`);
  for (const scenario of control) {
    progress.status(`… ${scenario.id}`);
    const result = await runScenario(world, scenario, seed);
    printResult(progress, result);
    if (result.skipped !== null || result.verdict.faults.length > 0) {
      progress.line('What fails without a mutant proves nothing with one.');
      return mutants.length;
    }
  }
  progress.line();
  let renew: readonly App[] = [];
  let missed = 0;
  for (const mutant of mutants) {
    if (interrupted.aborted) break;
    const beganMs = performance.now();
    progress.status(`… ${mutant.id}`);
    const restore = editBuilt(copy, mutant);
    let fate: Fate;
    try {
      await world.apps.makeWhole(new Set([...renew, ...mutant.apps]));
      fate = await fateOf(world, mutant, seed);
    } catch (error) {
      fate = { kind: 'error', why: error instanceof Error ? error.message : String(error) };
    } finally {
      restore();
    }
    renew = mutant.apps;
    await clear(world);
    if (fate.kind !== 'caught') missed += 1;
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
    progress.line(`${fate.kind === 'caught' ? '✓' : '✗'} ${mutant.id} (${mutant.what}): ${fate.kind} (${seconds} s)`);
    progress.line(`    ${fate.why.slice(0, LONGEST)}`);
  }
  progress.line();
  progress.line(`${mutants.length - missed} caught, ${missed} not caught`);
  return missed;
}
