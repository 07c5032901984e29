import type { AppName } from './app-name.js';
import { assembleConfig } from './assemble-config.js';
import { checkTogether, type ReadValues } from './check-together.js';
import type { MailConfig } from './mail-config.js';
import { nearestName } from './nearest-name.js';
import type { Variable } from './variable.js';
import { VARIABLES, type Values } from './variables.js';
import { withoutSecrets } from '../without-secrets.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigReading =
  | { readonly ok: true; readonly config: MailConfig; readonly warnings: readonly string[] }
  /** Each fault names the variable, its value unless secret, and what is allowed. */
  | { readonly ok: false; readonly faults: readonly string[]; readonly warnings: readonly string[] };

const NAMES = Object.keys(VARIABLES);

/** Reads and validates the whole configuration of an app, and finds every fault at once. */
export function readConfig(env: Environment, app: AppName): ConfigReading {
  const readings = Object.entries<Variable<unknown>>(VARIABLES).map(([name, variable]) => ({ name, ...readVariable(name, variable, env) }));
  const values = Object.fromEntries(readings.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))) as ReadValues;
  const together = checkTogether(values, app);
  const faults = [...readings.flatMap(({ fault }) => fault ?? []), ...together.faults];
  const warnings = [...together.warnings, ...unknownWarnings(env)];
  if (faults.length > 0) return { ok: false, faults, warnings };
  // Without a fault every variable has its value.
  return { ok: true, config: assembleConfig(values as Values, app), warnings };
}

function readVariable(name: string, variable: Variable<unknown>, env: Environment): { value?: unknown; fault?: string } {
  const given = env[name];
  const text = given === '' && !variable.mayBeEmpty ? undefined : given;
  const { fallback, value } = variable;
  if (text === undefined && fallback.kind === 'none') return { value: null };
  if (text === undefined && fallback.kind === 'required') {
    const orEmpty = variable.mayBeEmpty ? ' (set it to nothing where there is none)' : '';
    return { fault: `${name} is ${given === '' ? 'empty' : 'not set'}: it must be ${value.allowed}${orEmpty}` };
  }
  const read = value.schema.safeParse(text ?? (fallback.kind === 'text' ? fallback.text : ''));
  if (read.success) return { value: read.data };
  const shown = variable.secret ? 'has a value (not shown) that is not valid' : `is ${JSON.stringify(withoutSecrets(text ?? ''))}`;
  return { fault: `${name} ${shown}: ${read.error.issues[0]?.message ?? `it must be ${value.allowed}`}` };
}

function unknownWarnings(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('MAIL_') && !NAMES.includes(name))
    .sort()
    .map((name) => `${name} is not a variable of this service and has no effect; the nearest is ${nearestName(name, NAMES)}`);
}
