import { parseArgs } from 'node:util';
import { Trouble } from '@mail/local/trouble';
import { peerNames } from './contenders/contender-names.ts';
import type { PeerName } from './peers/index.ts';
import { measurements } from './report/figures.ts';
import type { Measurement } from './report/figures.ts';

export interface BenchOptions {
  readonly only: ReadonlySet<Measurement>;
  readonly peers: readonly PeerName[];
  readonly rounds: number;
  /** Mails of one end-to-end run. */
  readonly mails: number;
  /** Commands of one acceptance through the stream. */
  readonly commands: number;
  /** Handed over before anything is measured, for compilers, caches and connections. */
  readonly warmUp: number;
  /** Mails of which the latency is taken in one round. */
  readonly probes: number;
  /** Bulk deliveries ahead of a login code. */
  readonly backlogs: readonly number[];
  /** Finished deliveries in the tables. */
  readonly finished: readonly number[];
  /** How long one HTTP load lasts. */
  readonly httpSeconds: number;
  /** Whether ours is measured beside itself too: by its other door, and with mails that come rendered. */
  readonly variants: boolean;
  /** Whether docs/benchmarks.md is written. */
  readonly write: boolean;
}

const HELP = 'npm run bench -- --help lists what there is.';

const whole = {
  only: Object.keys(measurements) as Measurement[],
  rounds: 3,
  mails: 20_000,
  commands: 50_000,
  warmUp: 2000,
  probes: 200,
  backlogs: [50_000, 1_000_000],
  finished: [0, 1_000_000, 5_000_000],
  httpSeconds: 8,
  variants: true,
};
/** On two cores within five minutes; the best peer alone, and nothing of more than 50 000 rows. The rest is there by `--only`. */
const quick = {
  only: whole.only.filter((measurement) => !['f', 'h', 'j'].includes(measurement)),
  rounds: 3,
  mails: 3000,
  commands: 10_000,
  warmUp: 500,
  probes: 30,
  backlogs: [20_000],
  finished: [0, 25_000],
  httpSeconds: 2,
  variants: false,
};

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        peers: { type: 'string' },
        rounds: { type: 'string' },
        mails: { type: 'string' },
        quick: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error), HELP);
  }
}

function count(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Trouble(`--${option} is "${text}", and no number from 1 on.`, HELP);
}

function someOf<Name extends string>(option: string, text: string | undefined, all: readonly Name[]): Name[] {
  const asked = text?.split(',').map((part) => part.trim()) ?? all;
  return asked.map((one) => {
    const found = all.find((name) => name === one);
    if (found === undefined) throw new Trouble(`--${option} has no "${one}".`, `There are: ${all.join(', ')}`);
    return found;
  });
}

/** Reads the command line. Throws Trouble where it asks for what there is not. */
export function benchOptions(args: readonly string[]): BenchOptions {
  const values = parse(args);
  const sizes = values.quick ? quick : whole;
  const isWhole = !values.quick && [values.only, values.peers, values.mails, values.rounds].every((value) => value === undefined);
  return {
    ...sizes,
    only: new Set(values.only === undefined ? sizes.only : someOf('only', values.only, whole.only)),
    peers: someOf('peers', values.peers ?? (values.quick ? 'pg-boss' : undefined), peerNames),
    rounds: count('rounds', values.rounds, sizes.rounds),
    mails: count('mails', values.mails, sizes.mails),
    write: values.write || isWhole,
  };
}
