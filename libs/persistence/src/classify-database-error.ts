const sqlState = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code ?? (error as { driverError?: { code?: unknown } } | null)?.driverError?.code;
  return typeof code === 'string' ? code : '';
};

/** A deadlock or a serialisation failure: the transaction did nothing, and may be tried again at once. */
export function isRetryable(error: unknown): boolean {
  return ['40P01', '40001'].includes(sqlState(error));
}

/** A row or a table was locked by somebody else for longer than the session waits: the statement did nothing. */
export function isLockedError(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** The server gave the statement up, since it took longer than one may: it did nothing. */
export function isOverdueError(error: unknown): boolean {
  return sqlState(error) === '57014';
}

/** A page of a table or of an index is damaged: other rows may well be sound. */
export function isDamagedError(error: unknown): boolean {
  return ['XX001', 'XX002'].includes(sqlState(error));
}

// 08 connection, 53 resources (disk full, too many connections), 57 operator (shutdown, cancelled by the time-out),
// 58 and XX a server in trouble with its own files, 28 and 3D a login or a database that is gone.
const UNAVAILABLE_CLASSES = ['08', '28', '3D', '53', '57', '58', 'XX'];
// A schema that is older than this build (a table, column, function, type or unique index that it lacks), or a right that was not
// granted: no row is at fault for it.
const MISFIT_STATES = ['42P01', '42703', '42883', '42704', '42P10', '42501'];
// A primary that has become a standby, a transaction that was ended since its client fell silent, a database that takes no connections now.
const UNAVAILABLE_STATES = ['25006', '25P03', '55000'];
const SOCKET_ERRORS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
const DRIVER_TEXTS = /terminat|timeout|timed out|not queryable|Client has encountered a connection error|Cannot use a pool after/i;

/**
 * Whether an error means that PostgreSQL cannot be used now, rather than that the statement is wrong.
 * Whether a commit took effect is then unknown, so that callers repeat with the same unique key.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (SOCKET_ERRORS.includes(state) || UNAVAILABLE_STATES.includes(state) || MISFIT_STATES.includes(state)) return true;
  if (/^[0-9A-Z]{5}$/.test(state)) return UNAVAILABLE_CLASSES.includes(state.slice(0, 2));
  return error instanceof Error && DRIVER_TEXTS.test(error.message);
}

/** Whether the server answered the statement with a refusal that is of its rows: it did nothing, and the connection is as good as before. */
export function isRefusedStatement(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(sqlState(error)) && !SOCKET_ERRORS.includes(sqlState(error)) && !isDatabaseUnavailable(error);
}

// What happens before a statement is sent, or is an answer to it: nothing was done. 57P is an end of the connection
// at whatever moment, but for 57P03, a server that is starting.
const UNSENT_ERRORS = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];
const UNSENT_TEXTS = /timeout exceeded when trying to connect|Cannot use a pool after/;

/** Whether a statement that failed may have taken effect, or may yet: it was sent, and its answer did not come. */
export function isEffectUnknown(error: unknown): boolean {
  const state = sqlState(error);
  if (UNSENT_ERRORS.includes(state)) return false;
  if (/^[0-9A-Z]{5}$/.test(state) && !SOCKET_ERRORS.includes(state)) return /^(08|57P(?!03))/.test(state);
  return !(error instanceof Error && UNSENT_TEXTS.test(error.message));
}
