import type { AttemptOutcome } from '../attempt.js';
import type { PlanObstacle } from './resend-plan.js';

/** How old a delivery was, from its acceptance to the making of the plan. */
export const PLAN_AGES = ['up_to_1h', 'up_to_1d', 'up_to_7d', 'up_to_30d', 'older'] as const;
export type PlanAge = (typeof PLAN_AGES)[number];

/** One delivery of a frozen set. */
export interface FrozenDelivery {
  readonly obstacle: PlanObstacle | null;
  readonly templateId: string | null;
  readonly lastOutcome: AttemptOutcome | null;
  readonly age: PlanAge;
}

/** Counts by name; `''` stands for none (no template, no attempt). Of those that can be sent again, but for `not_resendable`. */
export interface ResendCounts {
  readonly by_template: Readonly<Record<string, number>>;
  readonly by_age: Readonly<Record<string, number>>;
  readonly by_last_outcome: Readonly<Record<string, number>>;
  readonly not_resendable: Readonly<Record<string, number>>;
}

export const NOTHING_COUNTED: ResendCounts = { by_template: {}, by_age: {}, by_last_outcome: {}, not_resendable: {} };

const HOUR_MS = 3_600_000;
const BOUNDS_MS: readonly [PlanAge, number][] = [
  ['up_to_1h', HOUR_MS],
  ['up_to_1d', 24 * HOUR_MS],
  ['up_to_7d', 7 * 24 * HOUR_MS],
  ['up_to_30d', 30 * 24 * HOUR_MS],
];

export function planAge(ageMs: number): PlanAge {
  return BOUNDS_MS.find(([, boundMs]) => ageMs <= boundMs)?.[0] ?? 'older';
}

/** The counts with some more deliveries in them. */
export function countFrozen(counts: ResendCounts, frozen: readonly FrozenDelivery[]): ResendCounts {
  const resendable = frozen.filter(({ obstacle }) => obstacle === null);
  return {
    by_template: tally(
      counts.by_template,
      resendable.map(({ templateId }) => templateId ?? ''),
    ),
    by_age: tally(
      counts.by_age,
      resendable.map(({ age }) => age),
    ),
    by_last_outcome: tally(
      counts.by_last_outcome,
      resendable.map(({ lastOutcome }) => lastOutcome ?? ''),
    ),
    not_resendable: tally(
      counts.not_resendable,
      frozen.flatMap(({ obstacle }) => obstacle ?? []),
    ),
  };
}

/** Counts each name once more for each time that it is there. */
export function tally(counts: Readonly<Record<string, number>>, names: readonly string[]): Record<string, number> {
  const sums = new Map(Object.entries(counts));
  for (const name of names) sums.set(name, (sums.get(name) ?? 0) + 1);
  return Object.fromEntries(sums);
}
