import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/** Where a PostgreSQL is, and how it is connected to: what a DSN says, in full. */
export interface Connection {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string;
  /** `false`: not encrypted. */
  readonly ssl: false | ConnectionOptions;
  readonly directTls: boolean;
  readonly applicationName: string | undefined;
  /** Bound on connecting, in ms, where the DSN gives one that is shorter than the service's own. */
  readonly connectTimeoutMs: number | undefined;
  readonly searchPath: string;
}

export type DsnReading =
  | { readonly ok: true; readonly connection: Connection }
  /** A clause about the DSN ("its sslmode is …"), without its password. */
  | { readonly ok: false; readonly fault: string };

export const DSN_SHAPE = 'a URI postgres://…@host:port/database, special characters in the password percent-encoded';

const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];

const PARAMETERS = [
  ...['host', 'port', 'user', 'password', 'dbname', 'application_name', 'connect_timeout', 'client_encoding', 'options'],
  ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation', 'channel_binding'],
];

/** PostgreSQL's own default: tables are found in a schema of the user's name, else in `public`. */
const DEFAULT_SEARCH_PATH = '"$user", public';

class DsnFault extends Error {}

/**
 * Reads a connection URI. Its parameters mean what they mean to libpq (PostgreSQL: Database Connection Control Functions), and
 * what cannot be kept to is a fault: an unknown parameter or value must not be taken for a weaker or stronger one. The four
 * variables PGSSLMODE, PGSSLROOTCERT, PGSSLCERT and PGSSLKEY fill in for what the URI leaves out.
 */
export function readDsn(dsn: string, env: Readonly<Record<string, string | undefined>> = process.env): DsnReading {
  if (!/^postgres(?:ql)?:\/\//.test(dsn) || !URL.canParse(dsn)) return { ok: false, fault: `it must be ${DSN_SHAPE}` };
  try {
    return { ok: true, connection: connectionOf(new URL(dsn), env) };
  } catch (error) {
    if (error instanceof DsnFault) return { ok: false, fault: error.message };
    throw error;
  }
}

/** The connection of a DSN that was checked when the configuration was read; throws where it is not valid. */
export function connectionTo(dsn: string): Connection {
  const reading = readDsn(dsn);
  if (!reading.ok) throw new Error(`the DSN is not valid: ${reading.fault}`);
  return reading.connection;
}

function connectionOf(url: URL, env: Readonly<Record<string, string | undefined>>): Connection {
  const given = parametersOf(url);
  const host = given.get('host') ?? decode(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const database = given.get('dbname') ?? decode(url.pathname.slice(1));
  if (host === '' || database === '') throw new DsnFault(`it must be ${DSN_SHAPE}, with a host and a database`);
  const encoding = given.get('client_encoding') ?? 'utf8';
  if (!/^(utf-?8|unicode|auto)$/i.test(encoding)) throw new DsnFault('its client_encoding must be utf8: the service stores Unicode');
  const ssl = sslOf((name) => given.get(name) || env[`PG${name.toUpperCase()}`] || undefined, host);
  return {
    host,
    database,
    ssl,
    port: portOf(url.port || (given.get('port') ?? '5432')),
    user: (given.get('user') ?? decode(url.username)) || undefined,
    password: (given.get('password') ?? decode(url.password)) || undefined,
    directTls: directTlsOf(given.get('sslnegotiation') ?? 'postgres', ssl !== false),
    applicationName: given.get('application_name') || undefined,
    connectTimeoutMs: connectTimeoutOf(given.get('connect_timeout') ?? '0'),
    searchPath: searchPathOf(given.get('options')),
  };
}

function parametersOf(url: URL): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    // What is no name may be part of a password that was not encoded.
    const shown = /^[a-z_]{1,40}$/i.test(name) ? `"${name}"` : '(not shown)';
    if (name === 'ssl') throw new DsnFault('it has the parameter "ssl", which means different things to different clients: say sslmode');
    if (!PARAMETERS.includes(name))
      throw new DsnFault(`it has the parameter ${shown}, which is unknown: known are ${PARAMETERS.join(', ')}`);
    if (given.has(name)) throw new DsnFault(`it has the parameter ${shown} twice`);
    given.set(name, value);
  }
  if (given.get('channel_binding') === 'require') {
    throw new DsnFault('its channel_binding is "require", which this client cannot enforce: leave it out, and say sslmode=verify-full');
  }
  return given;
}

function sslOf(value: (name: string) => string | undefined, host: string): false | ConnectionOptions {
  const mode = sslModeOf(value('sslmode') ?? 'disable');
  const [rootFile, certFile, keyFile] = [value('sslrootcert'), value('sslcert'), value('sslkey')];
  // As libpq: nothing is encrypted on a Unix socket, whatever the mode.
  if (mode === 'disable' || host.startsWith('/')) return false;
  if ((certFile === undefined) !== (keyFile === undefined)) throw new DsnFault('it has one of sslcert and sslkey: set both or neither');
  const systemRoots = rootFile === 'system';
  if (systemRoots && mode !== 'verify-full') {
    throw new DsnFault(
      `its sslrootcert is "system" and its sslmode "${mode}": anybody can get a certificate of a public authority; say sslmode=verify-full`,
    );
  }
  if (mode === 'verify-ca' && rootFile === undefined) {
    throw new DsnFault(
      'its sslmode is "verify-ca" without an sslrootcert: name the file of the authority to trust, or say sslmode=verify-full',
    );
  }
  const files = {
    ...(rootFile === undefined || systemRoots ? {} : { ca: readAgain('sslrootcert', rootFile) }),
    ...(certFile === undefined || keyFile === undefined ? {} : { cert: readAgain('sslcert', certFile), key: readAgain('sslkey', keyFile) }),
  };
  // Getters, so that each connection reads the files anew: certificates are renewed while processes run.
  const options = Object.defineProperties(
    {} as ConnectionOptions,
    Object.fromEntries(Object.entries(files).map(([name, get]) => [name, { get, enumerable: true, configurable: true }])),
  );
  if (mode === 'verify-full') return Object.assign(options, { rejectUnauthorized: true });
  if (rootFile === undefined) return Object.assign(options, { rejectUnauthorized: false });
  // With a root certificate, require is verify-ca, for the sake of old clients (PostgreSQL: SSL Support, Table 32.1).
  return Object.assign(options, { rejectUnauthorized: true, checkServerIdentity: () => undefined });
}

function sslModeOf(text: string): SslMode {
  const mode = SSL_MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  if (text === 'allow' || text === 'prefer') {
    throw new DsnFault(
      `its sslmode is "${text}", by which whoever stands between decides whether anything is encrypted: say ${SSL_MODES.join(', ')}`,
    );
  }
  throw new DsnFault(`its sslmode is ${JSON.stringify(text.slice(0, 40))}, which is unknown: it must be ${SSL_MODES.join(', ')}`);
}

/** Reads the file now, and again at each call; where that fails later, the last content holds. */
function readAgain(parameter: string, file: string): () => string {
  let last: string;
  try {
    last = readFileSync(file, 'utf8');
  } catch (error) {
    throw new DsnFault(`its ${parameter} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return () => {
    try {
      last = readFileSync(file, 'utf8');
    } catch {
      // In the middle of a renewal.
    }
    return last;
  };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new DsnFault('its port must be a number from 1 to 65535');
  return port;
}

function directTlsOf(negotiation: string, encrypted: boolean): boolean {
  if (!['postgres', 'direct'].includes(negotiation)) throw new DsnFault('its sslnegotiation must be postgres or direct');
  if (negotiation === 'direct' && !encrypted) throw new DsnFault('its sslnegotiation is "direct" without encryption: say sslmode too');
  return negotiation === 'direct';
}

/** In seconds; 0 is none, as in libpq. */
function connectTimeoutOf(text: string): number | undefined {
  if (!/^\d{1,6}$/.test(text)) throw new DsnFault('its connect_timeout must be a number of seconds');
  return Number(text) === 0 ? undefined : Number(text) * 1000;
}

function searchPathOf(options: string | undefined): string {
  if (options === undefined || options.trim() === '') return DEFAULT_SEARCH_PATH;
  const path = /^(?:-c\s*|--)search_path=((?:\\.|\S)+)$/.exec(options.trim())?.[1];
  if (path === undefined) {
    throw new DsnFault(
      'its options may set search_path alone (options=-csearch_path%3Dname): the service sets all else of its sessions itself',
    );
  }
  return path.replace(/\\(.)/g, '$1');
}

/** What is not well encoded stays as it is: passwords are often pasted. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
