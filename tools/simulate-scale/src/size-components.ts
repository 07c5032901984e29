import { simulate } from './simulate.ts';
import type { Outcome, System } from './system.ts';

/** How busy anything may be on average, so that a burst and the loss of one of two are borne. */
export const BUSY_AT_MOST = 0.7;
const MOST = 64;

export interface Sizing {
  readonly system: System;
  readonly outcome: Outcome;
}

const fits = ({ stable, busy, p99Ms }: Outcome, p99AtMostMs: number): boolean =>
  stable && p99Ms <= p99AtMostMs && Object.values(busy).every((share) => share <= BUSY_AT_MOST);

/** What is too busy is what there must be more of; where nothing is, it is the workers that others wait for. */
function withMore(system: System, { busy }: Outcome): System {
  if (busy.postgres > BUSY_AT_MOST && system.postgresCores < MOST) return { ...system, postgresCores: system.postgresCores + 1 };
  if (busy.intakes > BUSY_AT_MOST) return { ...system, intakes: system.intakes + 1 };
  return { ...system, workers: system.workers + 1 };
}

/**
 * The fewest of everything that bear a load with room to spare, from what there is at least. Undefined where one of a kind is the limit:
 * there is one consumer, whatever the load.
 */
export function sizeComponents(least: System, p99AtMostMs: number): Sizing | undefined {
  for (let system = least; system.workers <= MOST && system.intakes <= MOST && system.postgresCores <= MOST;) {
    const outcome = simulate(system);
    if (fits(outcome, p99AtMostMs)) return { system, outcome };
    if (outcome.busy.consumer > BUSY_AT_MOST && outcome.busy.postgres <= BUSY_AT_MOST) return undefined;
    system = withMore(system, outcome);
  }
  return undefined;
}
