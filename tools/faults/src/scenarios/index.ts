import type { Scenario } from '../scenario.ts';
import { workerScenarios } from './worker.ts';

/** Every scenario, in the order in which they run. */
export const scenarios: readonly Scenario[] = [...workerScenarios];
