import type { BenchOptions } from '../bench-options.ts';
import type { Figures, Measurement } from '../report/figures.ts';
import type { BenchWorld } from '../world/bench-world.ts';
import { measureColdStart } from './measure-cold-start.ts';
import { measureEndToEnd } from './measure-end-to-end.ts';
import { measureGrowth } from './measure-growth.ts';
import { measureHttpIntake } from './measure-http-intake.ts';
import { measureLatency } from './measure-latency.ts';
import { measureLimits } from './measure-limits.ts';
import { measureStreamIntake } from './measure-stream-intake.ts';
import { measureUrgent } from './measure-urgent.ts';

interface Part {
  /** What it gives figures of. */
  readonly of: readonly Measurement[];
  /** About how long a round takes on two quiet cores, in s: of the service and a system that it is compared with, and for each further one. */
  seconds(options: BenchOptions): number;
  run(world: BenchWorld, options: BenchOptions, figures: Figures): Promise<void>;
}

const START_S = 6;

/** In the order in which they run. */
export const parts: readonly Part[] = [
  {
    of: ['c', 'g', 'i'],
    seconds: ({ mails, peers, variants }) => (variants ? 2 : 1) * (START_S + mails / 2000) + peers.length * (START_S + mails / 800),
    run: measureEndToEnd,
  },
  {
    of: ['a'],
    seconds: ({ commands, peers, variants }) =>
      (variants ? 2 : 1) * (START_S + commands / 5000) + peers.length * (START_S + commands / 3000),
    run: measureStreamIntake,
  },
  { of: ['b'], seconds: ({ httpSeconds }) => 2 * (START_S + 2 * httpSeconds), run: measureHttpIntake },
  {
    of: ['d'],
    seconds: ({ probes, peers, variants }) => ((variants ? 2 : 1) + peers.length) * (START_S + probes / 10),
    run: measureLatency,
  },
  {
    of: ['e'],
    seconds: ({ probes, peers, backlogs }) => (backlogs.length + peers.length) * (2 * START_S + probes / 20 + (backlogs[0] ?? 0) / 5000),
    run: measureUrgent,
  },
  { of: ['h'], seconds: () => 15, run: (world, { rounds }, figures) => measureColdStart(world, rounds, figures) },
  { of: ['j'], seconds: ({ mails }) => mails / 700, run: measureLimits },
  {
    of: ['f'],
    seconds: ({ finished, mails, commands, probes, httpSeconds }) =>
      finished.length * (4 * START_S + mails / 3000 + commands / 5000 + 2 * httpSeconds + probes / 10),
    run: measureGrowth,
  },
];

/** Those that the options ask for. */
export function partsFor({ only }: BenchOptions): Part[] {
  return parts.filter(({ of }) => of.some((measurement) => only.has(measurement)));
}

/** About how long it all takes on two quiet cores, in minutes; filling tables, 15 000 rows a second, is in it. */
export function minutesFor(options: BenchOptions): number {
  const rounds = partsFor(options).reduce((sum, part) => sum + part.seconds(options), 0) * options.rounds;
  const rows = [...(options.only.has('e') ? options.backlogs.slice(1) : []), ...(options.only.has('f') ? options.finished : [])].reduce(
    (sum, count) => sum + count,
    0,
  );
  return Math.ceil((30 + rounds + rows / 15_000) / 60);
}
