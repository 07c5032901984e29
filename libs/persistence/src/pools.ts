import pg, { type ClientBase, type ClientConfig, type Pool, type PoolConfig } from 'pg';
import { checkServer } from './connection/check-server.js';
import { connectionTo } from './connection/read-dsn.js';
import { sessionSetUp, setUpSession, type Setting } from './connection/session-settings.js';
import type { DatabaseOptions } from './database.js';

/** Pools of connections, whoever opened them. */
export interface Pools {
  readonly primary: Pool;
  /** For operators' reads. */
  readonly replicas: readonly Pool[];
  close(): Promise<void>;
}

/** How one server is connected to: by every connection alike, whoever opens it. */
export interface Server {
  /** Of one client. Nothing is left to the driver's own reading of a DSN, which differs from libpq's. */
  readonly client: ClientConfig;
  /** Makes the session of a new connection ours, within the bound on connecting. */
  setUp(client: ClientBase): Promise<readonly Setting[]>;
}

/** @param connectMs bound on connecting, on waiting for a connection, and on setting its session up */
export function serverOf(
  { name, operationTimeoutMs, lockTimeoutMs }: Pick<DatabaseOptions, 'name' | 'operationTimeoutMs' | 'lockTimeoutMs'>,
  dsn: string,
  connectMs = operationTimeoutMs,
): Server {
  const { ssl, directTls, applicationName, connectTimeoutMs, searchPath, ...place } = connectionTo(dsn);
  const boundMs = Math.min(connectMs, connectTimeoutMs ?? Infinity);
  const text = sessionSetUp({ statementMs: operationTimeoutMs, lockMs: lockTimeoutMs, searchPath });
  return {
    client: {
      ...place,
      ssl,
      ...(directTls ? { sslnegotiation: 'direct' } : {}),
      application_name: applicationName ?? name,
      connectionTimeoutMillis: boundMs,
      // The server's own bound comes first; this one is for a server that no longer answers at all.
      query_timeout: operationTimeoutMs + 1000,
      keepAlive: true,
    },
    setUp: (client) => setUpSession(client, text, boundMs),
  };
}

export function poolConfig(server: Server, options: DatabaseOptions): PoolConfig {
  const config: PoolConfig = {
    ...server.client,
    max: options.maxOpenConns,
    maxLifetimeSeconds: Math.ceil(options.connMaxLifetimeMs / 1000),
  };
  // The pool waits for it before it hands the connection out, and closes the connection where it fails; its type does not say so.
  return Object.assign(config, { onConnect: (client: ClientBase) => server.setUp(client) });
}

export function makePool(server: Server, options: DatabaseOptions): Pool {
  return new pg.Pool(poolConfig(server, options)).on('error', options.onPoolError);
}

/** Opens a connection of its own, with its session set up. */
export async function openClient(server: Server): Promise<pg.Client> {
  const client = new pg.Client(server.client);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await server.setUp(client);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** Opens a connection of the pool, and holds the server to what the service needs; rejects where it cannot be reached, or cannot do the job. */
export async function checkPool(pool: Pool, server: Server, options: DatabaseOptions, readsOnly: boolean): Promise<void> {
  const { production = false, onWarning = () => undefined } = options;
  const client = await pool.connect();
  let broken = true;
  try {
    await checkServer(
      { client, setUp: (one) => server.setUp(one), connect: () => openClient(server) },
      { readsOnly, production, onWarning },
    );
    broken = false;
  } finally {
    client.release(broken);
  }
}
