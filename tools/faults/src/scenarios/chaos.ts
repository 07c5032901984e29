import { chaosScenario } from '../chaos/chaos-scenario.ts';
import type { Scenario } from '../scenario.ts';

export const chaosScenarios: readonly Scenario[] = [
  chaosScenario('system-killed-at-random', { commands: 300, seconds: 12, killEverySeconds: 2 }),
];
