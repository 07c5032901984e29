import { reasonOf } from './describe-error.js';
import type { Logger } from './logger.js';
import { StartupError } from './startup-error.js';

/** sysexits.h: an internal error. */
export const EXIT_BROKEN = 70;

/** Says why the process cannot start, in the log and in plain words on standard error, and exits with the cause's code. */
export function failStart(app: string, logger: Logger, error: unknown): never {
  const expected = error instanceof StartupError;
  const exitCode = expected ? error.exitCode : EXIT_BROKEN;
  const faults = expected ? error.faults : [];
  const text = [`${app} cannot start: ${reasonOf(error)}`, ...faults.map((fault) => `  - ${fault}`)].join('\n');
  // On a terminal both would stand side by side.
  if (!process.stdout.isTTY || !expected) {
    const detail = expected ? { faults } : { err: error };
    logger.fatal({ event: 'start_failed', exit_code: exitCode, ...detail }, expected ? text : 'cannot start');
  }
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}
