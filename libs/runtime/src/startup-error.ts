import { reasonOf } from './describe-error.js';

/** sysexits.h: 78 the configuration, 69 a service that is needed, 65 the data that is brought along. */
export type StartupExitCode = 78 | 69 | 65;

/** Why a process cannot start, said to whoever has to cure it. `runProcess` prints it and exits with its code. */
export class StartupError extends Error {
  override readonly name = 'StartupError';

  constructor(
    message: string,
    readonly exitCode: StartupExitCode,
    /** The single faults, one a line. */
    readonly faults: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const count = (faults: readonly string[]): string => (faults.length === 1 ? 'a fault' : `${faults.length} faults`);

export function configurationFault(faults: readonly string[]): StartupError {
  return new StartupError(`the environment has ${count(faults)}; correct it, and start again`, 78, faults);
}

/**
 * @param name which service, and by which variable it was found: `PostgreSQL (MAIL_POSTGRES_PRIMARY_DSN)`
 * @param cure a clause
 */
export function serviceUnavailable(
  name: string,
  cause: unknown,
  cure = 'see that it is up and that its variables are right',
): StartupError {
  return new StartupError(`${name} cannot be used: ${reasonOf(cause)}; ${cure}, and start again`, 69, [], { cause });
}

/** Each fault names file and line. */
export function catalogFault(faults: readonly string[]): StartupError {
  return new StartupError(`the template catalog has ${count(faults)}; correct it, and start again`, 65, faults);
}
