import { parseArgs } from 'node:util';
import { Trouble } from '../trouble.ts';

export interface DemoOptions {
  /** Entries of the stream, the duplicate and the malformed ones included. */
  readonly commands: number;
  readonly kill: boolean;
  readonly notify: boolean;
}

const FEWEST = 20;

/** Reads the flags of the demo. */
export function demoOptions(args: readonly string[]): DemoOptions {
  const cure = 'npm run demo -- --help shows what there is.';
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        commands: { type: 'string', default: '300' },
        kill: { type: 'boolean', default: false },
        'no-notify': { type: 'boolean', default: false },
      },
    });
    const commands = Number(values.commands);
    if (!Number.isSafeInteger(commands) || commands < FEWEST) {
      throw new Trouble(`--commands is ${values.commands}; it must be a number of at least ${FEWEST}.`, cure);
    }
    return { commands, kill: values.kill, notify: !values['no-notify'] };
  } catch (error) {
    throw error instanceof Trouble ? error : new Trouble(error instanceof Error ? error.message : String(error), cure);
  }
}
