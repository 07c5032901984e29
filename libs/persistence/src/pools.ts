import pg, { type Pool, type PoolConfig } from 'pg';
import type { DatabaseOptions } from './database.js';

/** Pools of connections, whoever opened them. */
export interface Pools {
  readonly primary: Pool;
  /** For operators' reads. */
  readonly replicas: readonly Pool[];
  close(): Promise<void>;
}

/**
 * Every statement looks rows up by an index, and is planned so whatever the tables hold: a connection keeps its plans, and one from when a
 * table was small would go on to read it from end to end, until something analyzes it. Where a statement asks whether one set holds what
 * another does, it says `(… in (select …)) is true`, which is hashed, and not a join. One plan serves all values: to plan anew for these
 * few costs more than to run it. So does compiling. What a partial index holds is asked for by arrays of keys, and the planner has no statistics of
 * what is queued: neither depends on how much there was when it last looked.
 */
const PLANNER = [
  ...['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'].map((setting) => `-c ${setting}=off`),
  '-c plan_cache_mode=force_generic_plan',
].join(' ');

/** What each connection is bounded by, and how it plans. */
export function connectionSettings(options: DatabaseOptions): PoolConfig {
  return {
    max: options.maxOpenConns,
    maxLifetimeSeconds: Math.ceil(options.connMaxLifetimeMs / 1000),
    statement_timeout: options.operationTimeoutMs,
    lock_timeout: options.lockTimeoutMs,
    // The server's own bound comes first; this one is for a server that no longer answers at all.
    query_timeout: options.operationTimeoutMs + 1000,
    // A process that froze, or was cut off, in the middle of a transaction must not keep what it has locked from the others:
    // nobody tells the server, which would find out by TCP's keep-alive alone, after two hours.
    idle_in_transaction_session_timeout: options.operationTimeoutMs,
    keepAlive: true,
    options: PLANNER,
  };
}

/** @param connectMs bound on connecting, and on waiting for a connection */
export function makePool(options: DatabaseOptions, connectionString: string, connectMs = options.operationTimeoutMs): Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: options.name,
    connectionTimeoutMillis: connectMs,
    ...connectionSettings(options),
  });
  return pool.on('error', options.onPoolError);
}

/** Opens a connection, so that a server that cannot be reached is told of at once; rejects then. */
export async function connectOnce(pool: Pool): Promise<void> {
  (await pool.connect()).release();
}
