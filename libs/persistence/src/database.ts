import { newestMigration } from '@mail/migrations';
import type { Pool, PoolClient } from 'pg';
import { isDatabaseUnavailable, isRefusedStatement } from './classify-database-error.js';
import { checkPool, makePool, serverOf, type Pools } from './pools.js';
import { retryingDeadlocks } from './retrying-deadlocks.js';
import { GRACE_MS, isReadTimeout, readOnly } from './read-only.js';
import type { Runner } from './statement.js';

export interface DatabaseOptions {
  /** `application_name`, so that `pg_stat_activity` tells the five apps apart. */
  readonly name: string;
  readonly primaryDsn: string;
  readonly replicaDsns: readonly string[];
  /** Bound on connecting, and on each statement, in ms. */
  readonly operationTimeoutMs: number;
  /** So long, in ms, a statement waits for what another transaction has locked; it then fails (`isLockedError`), and does nothing. */
  readonly lockTimeoutMs: number;
  readonly maxOpenConns: number;
  readonly maxIdleConns: number;
  readonly connMaxLifetimeMs: number;
  readonly onPoolError: (error: unknown) => void;
  /** `NODE_ENV=production`: a server that may lose what it has committed is refused, and not only warned of. */
  readonly production?: boolean;
  /** Told at start of what the server is set to. */
  readonly onWarning?: (warning: string) => void;
  /**
   * Is asked before and after each statement (`<name>.before`, `<name>.after`) and each commit of a transaction; what it throws is
   * taken for a broken connection. For proving what a crash or a lost answer leaves behind.
   */
  readonly failAt?: ((point: string) => Promise<void>) | undefined;
}

/** PostgreSQL as the processes use it: pooled, bounded, and with named statements, each done again after a deadlock, up to three times. */
export interface Database extends Runner {
  /** Runs `work` in one transaction on the primary; again, up to three times, after a deadlock. */
  transaction<T>(work: (client: Runner) => Promise<T>): Promise<T>;
  /**
   * Reads for an operator: in one snapshot, on a replica where there are any, so that it may trail; on the primary where that
   * replica cannot be used. Bounded by `timeoutMs` in the database as well; an error past it is told by `isReadTimeout`.
   */
  read<T>(timeoutMs: number, work: (reader: Runner) => Promise<T>): Promise<T>;
  /** Connections to the primary, and who waits for one. */
  readonly pool: { readonly used: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

/** No operator waits longer for a replica to connect, or to begin, while there is the primary. */
export const REPLICA_ANSWERS_MS = 1000;
/** So long a replica that could not be used is not asked again. */
const AVOID_MS = 10_000;

export type SchemaState = { readonly upToDate: true } | { readonly upToDate: false; readonly needs: string };

/** Connects to the primary alone, and answers once it has. Rejects when it cannot be reached within the bound, or cannot do the job. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const server = serverOf(options, options.primaryDsn);
  const primary = makePool(server, options);
  try {
    await checkPool(primary, server, options, false);
  } catch (error) {
    await primary.end();
    throw error;
  }
  return databaseOver({ primary, replicas: [], close: () => primary.end() }, options);
}

/** The database over pools that someone else has opened; closing it closes them. */
export function databaseOver({ primary, replicas, close }: Pools, options: DatabaseOptions): Database {
  for (const each of [primary, ...replicas]) each.on('connect', heedErrors);
  const withClient = async <T>(
    work: (client: PoolClient) => Promise<T>,
    pool = primary,
    isUsableAfter: (error: unknown) => boolean = () => false,
  ): Promise<T> => {
    const client = await pool.connect();
    // A connection that breaks between two statements says so by an event, which would end the process unheard.
    const onError = (error: unknown): void => options.onPoolError(error);
    client.on('error', onError);
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } catch (error) {
      broken = !isUsableAfter(error);
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken || pool.idleCount >= options.maxIdleConns);
    }
  };
  const breaking = breakable(options.failAt);
  const avoidedUntilMs = new Map<Pool, number>();
  const pickReplica = (): Pool | undefined => {
    const usable = replicas.filter((replica) => performance.now() >= (avoidedUntilMs.get(replica) ?? 0));
    return usable[Math.floor(Math.random() * usable.length)];
  };
  return {
    // A statement of its own is a transaction too. All lock deliveries first and then keys, each in one order, so that a deadlock is
    // not expected; but an outcome that was given up for one would later be recovered as uncertain, and the mail sent twice.
    // One that the server has refused leaves the connection as it was: rows that fail are many statements, and no new connections.
    query: (config) =>
      retryingDeadlocks(() => withClient((client) => breaking(config.name, () => client.query(config)), primary, isRefusedStatement)),
    transaction: (work) =>
      retryingDeadlocks(() =>
        withClient(async (client) => {
          await client.query('begin');
          const result = await work({ query: (config) => breaking(config.name, () => client.query(config)) });
          await breaking('commit', () => client.query('commit'));
          return result;
        }),
      ),
    async read(timeoutMs, work) {
      const deadlineMs = performance.now() + timeoutMs;
      const readOn = (pool: Pool, beginMs: number) =>
        retryingDeadlocks(() => withClient((client) => readOnly(client, { deadlineMs, beginMs }, work), pool));
      const readOnPrimary = () => readOn(primary, timeoutMs + GRACE_MS);
      const replica = pickReplica();
      if (replica === undefined) return readOnPrimary();
      try {
        return await readOn(replica, REPLICA_ANSWERS_MS);
      } catch (error) {
        if (isReadTimeout(error) || !isDatabaseUnavailable(error)) throw error;
        avoidedUntilMs.set(replica, performance.now() + AVOID_MS);
        options.onPoolError(error);
        return readOnPrimary();
      }
    },
    get pool() {
      const { totalCount, idleCount, waitingCount } = primary;
      return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
    },
    close,
  };
}

const FIND_MIGRATIONS = `select to_regclass('migrations') as found`;
const FIND_MIGRATION = 'select 1 from migrations where name = $1';

/** Whether the schema has seen every migration of this build; a newer one is fine, since migrations only add. */
export async function schemaState(database: Database): Promise<SchemaState> {
  const needs: SchemaState = { upToDate: false, needs: newestMigration };
  const { rows: known } = await database.query<{ found: string | null }>({ name: 'find_migrations', text: FIND_MIGRATIONS, values: [] });
  if (known[0]?.found == null) return needs;
  const { rows } = await database.query({ name: 'find_migration', text: FIND_MIGRATION, values: [newestMigration] });
  return rows.length > 0 ? { upToDate: true } : needs;
}

/**
 * A new connection may be lost in the same breath in which it is made, when the pool no longer listens for its errors and whoever
 * asked for it does not yet: unheard, that would end the process. The statement that is then tried on it fails.
 */
function heedErrors(client: PoolClient): void {
  client.on('error', () => undefined);
}

function breakable(failAt: DatabaseOptions['failAt']): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  if (failAt === undefined) return (_name, work) => work();
  return async (name, work) => {
    await failAt(`${name}.before`);
    const result = await work();
    await failAt(`${name}.after`);
    return result;
  };
}
