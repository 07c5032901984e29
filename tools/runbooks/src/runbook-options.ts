import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { RUNBOOKS } from '@mail/chart/runbook';
import { projectRoot } from '@mail/local/project-root';
import { Trouble } from '@mail/local/trouble';
import type { Drill } from './drill.ts';

export interface RunbookOptions {
  readonly drills: readonly Drill[];
  /** Systems side by side. */
  readonly jobs: number;
  /** How many times faster the alerts' time goes. */
  readonly factor: number;
  /** Nothing that should mend does anything: every drill has to find that out. */
  readonly spoil: boolean;
  /** Where the pages lie. */
  readonly runbooks: string;
}

const HELP = 'npm run test:runbooks -- --help lists what there is.';

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        as: { type: 'string' },
        built: { type: 'boolean', default: false },
        spoil: { type: 'boolean', default: false },
        jobs: { type: 'string', default: '2' },
        factor: { type: 'string', default: '60' },
        runbooks: { type: 'string', default: RUNBOOKS },
      },
    }).values;
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error), HELP);
  }
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 1) return value;
  throw new Trouble(`--${option} is "${text}", and no number from 1 on.`, HELP);
}

/** Reads the command line. Throws Trouble where it asks for what there is not. */
export function runbookOptions(args: readonly string[], all: readonly Drill[]): RunbookOptions {
  const { only, jobs, factor, runbooks, spoil } = parse(args);
  const asked = only?.split(',').map((alert) => alert.trim());
  const unknown = asked?.filter((alert) => !all.some((drill) => drill.alert === alert)) ?? [];
  if (unknown.length > 0) {
    throw new Trouble(`No alert is named ${unknown.join(', ')}.`, `There are: ${all.map(({ alert }) => alert).join(', ')}`);
  }
  return {
    drills: all.filter(({ alert, endsByItself }) => asked?.includes(alert) ?? !(spoil && endsByItself === true)),
    spoil,
    jobs: Math.floor(numberOf('jobs', jobs)),
    factor: numberOf('factor', factor),
    runbooks: isAbsolute(runbooks) ? runbooks : join(projectRoot, runbooks),
  };
}
