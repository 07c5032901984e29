import { parseArgs } from 'node:util';
import { Trouble } from '@mail/local/trouble';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

export interface FaultOptions {
  readonly scenarios: readonly Scenario[];
  readonly seed: string;
  /** Writes docs/crash-matrix.md from this run. */
  readonly matrix: boolean;
}

const HELP = 'npm run test:faults -- --help lists what there is.';

/** Reads the command line. Throws Trouble where it asks for what there is not. */
export function faultOptions(args: readonly string[]): FaultOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        only: { type: 'string' },
        as: { type: 'string' },
        short: { type: 'boolean', default: false },
        matrix: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error), HELP);
  }
  const asked = values.only?.split(',').map((part) => part.trim());
  const chosen = scenarios.filter(({ id, short, component }) =>
    asked === undefined ? !values.short || short === true : asked.some((part) => id.startsWith(part) || component === part),
  );
  if (chosen.length === 0) {
    throw new Trouble(`No scenario is named ${values.only}.`, `There are: ${scenarios.map(({ id }) => id).join(', ')}`);
  }
  if (values.matrix && (values.short || asked !== undefined)) {
    throw new Trouble('The matrix is written from a whole run.', 'Leave --short and --only away.');
  }
  return { scenarios: chosen, seed: values.seed ?? String(Math.floor(Math.random() * 1e6)), matrix: values.matrix };
}
