import { parseArgs } from 'node:util';
import { Trouble } from '@mail/local/trouble';
import type { ChaosOptions } from './chaos/chaos-scenario.ts';
import type { Mutant } from './mutants/mutant.ts';
import { mutants } from './mutants/mutants.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

export interface FaultOptions {
  readonly seed: string;
  /** One a run of the scenarios; the first is `seed`. */
  readonly seeds: readonly string[];
  /** What is run; the matrix is all scenarios, and then the long run. */
  readonly form: 'scenarios' | 'matrix' | 'mutants' | 'chaos';
  readonly scenarios: readonly Scenario[];
  /** Worlds that run at once. */
  readonly jobs: number;
  readonly mutants: readonly Mutant[];
  readonly chaos: ChaosOptions;
}

const CHAOS_COMMANDS = 50_000;
const HELP = 'npm run test:faults -- --help lists what there is.';

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        only: { type: 'string' },
        as: { type: 'string' },
        runs: { type: 'string', default: '1' },
        jobs: { type: 'string', default: '3' },
        short: { type: 'boolean', default: false },
        matrix: { type: 'boolean', default: false },
        mutants: { type: 'boolean', default: false },
        chaos: { type: 'boolean', default: false },
        commands: { type: 'string' },
        seconds: { type: 'string', default: '120' },
        'kill-every': { type: 'string', default: '2' },
      },
    }).values;
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error), HELP);
  }
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Trouble(`--${option} is "${text}", and no number above 0.`, HELP);
}

/** Of a further run: numbers count up, words get a number. */
function seedOf(seed: string, run: number): string {
  if (run === 0) return seed;
  return /^\d{1,9}$/.test(seed) ? String(Number(seed) + run) : `${seed}-${run + 1}`;
}

function chosen<Item extends { readonly id: string }>(what: string, items: readonly Item[], wanted: (item: Item) => boolean): Item[] {
  const found = items.filter(wanted);
  if (found.length > 0) return found;
  throw new Trouble(`No ${what} is named so.`, `There are: ${items.map(({ id }) => id).join(', ')}`);
}

/** Reads the command line. Throws Trouble where it asks for what there is not. */
export function faultOptions(args: readonly string[]): FaultOptions {
  const { only, short, matrix, ...values } = parse(args);
  const seed = values.seed ?? String(Math.floor(Math.random() * 1e6));
  const forms = (['matrix', 'mutants', 'chaos'] as const).filter((form) => (form === 'matrix' ? matrix : values[form]));
  if (forms.length > 1) throw new Trouble(`--${forms.join(' and --')} do not go together.`, HELP);
  const [form = 'scenarios'] = forms;
  if (form === 'matrix' && (short || only !== undefined)) {
    throw new Trouble('The matrix is written from a whole run.', 'Leave --short and --only away.');
  }
  const commands = values.commands === undefined ? null : numberOf('commands', values.commands);
  const sized = (scenario: Scenario): Scenario => (commands === null ? scenario : (scenario.sized?.(commands) ?? scenario));
  const asked = only?.split(',').map((part) => part.trim());
  const isAsked = (id: string, component?: string): boolean => asked?.some((part) => id.startsWith(part) || component === part) ?? true;
  return {
    seed,
    seeds: Array.from({ length: Math.ceil(numberOf('runs', values.runs)) }, (_, run) => seedOf(seed, run)),
    form,
    scenarios:
      form === 'mutants'
        ? []
        : chosen(
            'scenario',
            scenarios,
            (one) => isAsked(one.id, one.component) && (!short || one.short === true || asked !== undefined),
          ).map(sized),
    jobs: Math.ceil(numberOf('jobs', values.jobs)),
    mutants: form === 'mutants' ? chosen('mutant', mutants, ({ id }) => isAsked(id)) : [],
    chaos: {
      commands: commands ?? CHAOS_COMMANDS,
      seconds: numberOf('seconds', values.seconds),
      killEverySeconds: numberOf('kill-every', values['kill-every']),
    },
  };
}
