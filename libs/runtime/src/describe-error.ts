import { withoutSecrets } from './without-secrets.js';

// An allow-list: drivers hang queries, parameters and commands on their errors, and those hold mail, codes and passwords.
const SAFE_FIELDS = [
  ...['code', 'errno', 'syscall', 'address', 'port', 'hostname'],
  ...['severity', 'schema', 'table', 'column', 'constraint', 'routine', 'responseCode', 'exitCode'],
] as const;
const MAX_DEPTH = 4;
/** Of a message or a stack. What servers and parsers say may repeat megabytes of what they were given. */
const MAX_CHARACTERS = 8192;

export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
  readonly errors?: readonly ErrorFields[];
  readonly [field: string]: unknown;
}

/** What a log line may say of an error, its causes included. */
export function describeError(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: bounded(String(error)) };
  const values = error as unknown as Readonly<Record<string, unknown>>;
  const safe = SAFE_FIELDS.flatMap((field) => (isPlain(values[field]) ? [[field, values[field]]] : []));
  const deeper = depth < MAX_DEPTH;
  return {
    type: error.name,
    message: bounded(error.message),
    ...(error.stack === undefined ? {} : { stack: bounded(error.stack) }),
    ...Object.fromEntries(safe),
    ...(deeper && error.cause !== undefined ? { cause: describeError(error.cause, depth + 1) } : {}),
    ...(deeper && error instanceof AggregateError ? { errors: error.errors.map((inner) => describeError(inner, depth + 1)) } : {}),
  };
}

/** Twice as much is searched for secrets as is told: what the search cannot see whole is not told. All of it would take long. */
function bounded(text: string): string {
  const told = withoutSecrets(text.slice(0, 2 * MAX_CHARACTERS));
  return text.length <= MAX_CHARACTERS ? told : `${told.slice(0, MAX_CHARACTERS).toWellFormed()}…`;
}

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

/** The reason in one line. A refused connection to a name with two addresses is an AggregateError without a message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return [...new Set(error.errors.map(reasonOf))].join('; ');
  if (!(error instanceof Error)) return bounded(String(error));
  const { message, code } = describeError(error);
  return message || String(code ?? error.name);
}
