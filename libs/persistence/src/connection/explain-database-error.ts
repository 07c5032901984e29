import { UnfitServerError } from './check-server.js';

/** By SQLSTATE, or by the code of the system. */
const CURES: Readonly<Record<string, string>> = {
  '28P01': 'correct the user and the password',
  '28000': 'see that the role exists and that pg_hba.conf lets it in from here; where that asks for encryption, add sslmode=verify-full',
  '3D000': 'create the database, or correct its name',
  '3F000': 'create the schema, or correct the search path',
  '42501': 'grant the role what it lacks, or name the role that owns the tables',
  '25006': 'name the primary, which can be written to',
  '53100': 'make room on the disk of the server',
  '53300': 'raise max_connections there, or lower MAIL_POSTGRES_MAX_OPEN_CONNS and the number of processes',
  '55P03': 'see in pg_stat_activity who holds the lock, and try again once it is free',
  '57P03': 'wait until the server has started',
  '57P05': 'reset idle_session_timeout of the role and of the database',
  '08P01': 'see the log of the pooler',
  ECONNREFUSED: 'see that the server runs, and correct host and port',
  ENOTFOUND: 'correct the host name',
  EAI_AGAIN: 'see that names are resolved here, and correct the host name',
  ENOENT: 'see that the server runs, and correct the folder of its socket',
  EACCES: 'see that this user may use the socket of the server',
  ECONNRESET: 'see that host and port are those of PostgreSQL',
  EHOSTUNREACH: 'see that the network leads there, and correct the host',
  ENETUNREACH: 'see that the network leads there, and correct the host',
  ETIMEDOUT: 'see that the network and its firewalls let this through, and correct host and port',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name the host as its certificate does, or say sslmode=verify-ca',
  CERT_HAS_EXPIRED: 'renew the certificate of the server',
  CERT_NOT_YET_VALID: 'set the clocks',
};

const BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/does not support SSL/, 'turn ssl on there, or say sslmode=disable'],
  [/SSL connection|self.signed|unable.to.(verify|get)/i, 'name the authority of its certificate as sslrootcert'],
  [/certificate|PEM routines|SSL routines/i, 'see that sslrootcert, sslcert and sslkey name files in PEM that belong together'],
  [/password must be a (non-empty )?string/, 'add the password'],
  [/terminated unexpectedly|unexpected|protocol/i, 'see that host and port are those of PostgreSQL'],
  [/timeout|timed out/i, 'see that the network and its firewalls let this through, and that host and port are those of PostgreSQL'],
];

/** What cures an error of connecting to PostgreSQL, or of using it, as a clause; by the server's own reason. */
export function cureOf(error: unknown): string {
  if (error instanceof UnfitServerError) return error.cure;
  const code = codeOf(error);
  const text = `${code} ${reasonOf(error)}`;
  return CURES[code] ?? BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? 'see the log of the server';
}

/** The reason in the server's words, or the system's. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return [...new Set(error.errors.map(reasonOf))].join('; ');
  return (error instanceof Error && error.message) || codeOf(error) || String(error);
}

/** The SQLSTATE, where the server gave one. */
export function stateOf(error: unknown): string {
  const code = codeOf(error);
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : '';
}

/** A refused connection to a name with two addresses is an AggregateError; TypeORM wraps what the driver says. */
function codeOf(error: unknown): string {
  const { code, driverError, errors } = (error ?? {}) as { code?: unknown; driverError?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  if (driverError !== undefined) return codeOf(driverError);
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : '';
}
