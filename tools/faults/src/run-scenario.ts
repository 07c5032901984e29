import { collectEvidence } from './verify/collect-evidence.ts';
import { untilQuiescent } from './verify/quiescence.ts';
import { verify } from './verify/verify.ts';
import type { Verdict } from './verify/verify.ts';
import { watchInvariants } from './verify/watch-invariants.ts';
import type { Scenario } from './scenario.ts';
import { seededRandom } from './seeded-random.ts';
import { makeStage } from './stage.ts';
import type { World } from './world/make-world.ts';

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly verdict: Verdict;
  readonly mayDuplicate: number;
  /** From the first fault until everything had come to its end, in ms. */
  readonly recoveryMs: number | null;
  readonly tookMs: number;
  /** Why it did not take place, where it did not. */
  readonly skipped: string | null;
}

const AT_REST_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;
const NOTHING: Verdict = { commands: 0, lost: [], unexpected: [], recovered: 0, duplicated: [], uncertain: 0, faults: [] };

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs a scenario on a whole system, heals and restarts what it broke, waits for rest, and verifies everything. */
export async function runScenario(
  world: World,
  scenario: Scenario,
  seed: string,
  { lookEveryMs = LOOK_EVERY_MS }: { readonly lookEveryMs?: number } = {},
): Promise<ScenarioResult> {
  const beganMs = performance.now();
  const tag = `${scenario.id}-${seed}-${Math.round(beganMs).toString(36)}`;
  const record = makeStage(world, tag, seededRandom(`${seed} ${scenario.id}`));
  const watch = watchInvariants(world, lookEveryMs);
  const refusedBefore = world.sink.refusals;
  const faults: string[] = [];
  const trouble = async (what: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => faults.push(`${what}: ${reason(error)}`));
  };
  await trouble('the scenario did not come to its end', () => scenario.run(record.stage));
  world.heal();
  await trouble('the system could not be made whole', () => world.apps.makeWhole(new Set()));
  await record.stage.quiet();
  await trouble('the system did not recover', () => untilQuiescent(world, AT_REST_WITHIN_MS));
  const recoveryMs = record.faultedAtMs === null ? null : performance.now() - record.faultedAtMs;
  faults.push(...(await watch.stop()), ...record.faults, ...world.apps.broken());
  let verdict = NOTHING;
  await trouble('the evidence could not be collected', async () => {
    const refusals = world.sink.refusals - refusedBefore;
    verdict = verify(await collectEvidence(world, tag, record.stage.commands, { refusals, mayDuplicate: record.allowedCopies }));
  });
  return {
    scenario,
    seed,
    verdict: { ...verdict, faults: [...faults, ...verdict.faults] },
    mayDuplicate: record.allowedCopies,
    recoveryMs,
    tookMs: performance.now() - beganMs,
    skipped: record.skipped,
  };
}
