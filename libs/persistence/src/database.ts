import 'reflect-metadata';
import { migrations, newestMigration } from '@mail/migrations';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { AttemptEntity } from './entities/attempt.entity.js';
import { DeliveryEntity } from './entities/delivery.entity.js';
import { RecipientEntity } from './entities/recipient.entity.js';
import { retryingDeadlocks } from './retrying-deadlocks.js';
import { readOnly } from './read-only.js';
import type { Runner } from './statement.js';

export interface DatabaseOptions {
  /** `application_name`, so that `pg_stat_activity` tells the five apps apart. */
  readonly name: string;
  readonly primaryDsn: string;
  readonly replicaDsns: readonly string[];
  /** Bound on connecting, and on each statement, in ms. */
  readonly operationTimeoutMs: number;
  readonly maxOpenConns: number;
  readonly maxIdleConns: number;
  readonly connMaxLifetimeMs: number;
  readonly onPoolError: (error: unknown) => void;
  /**
   * Is asked before and after each statement (`<name>.before`, `<name>.after`) and each commit of a transaction; what it throws is
   * taken for a broken connection. For proving what a crash or a lost answer leaves behind.
   */
  readonly failAt?: ((point: string) => Promise<void>) | undefined;
}

/** PostgreSQL as the processes use it: pooled, bounded, and with named statements, each done again after a deadlock, up to three times. */
export interface Database extends Runner {
  /** For the operators' reads; goes to the replicas where there are any. */
  readonly dataSource: DataSource;
  /** Runs `work` in one transaction on the primary; again, up to three times, after a deadlock. */
  transaction<T>(work: (client: Runner) => Promise<T>): Promise<T>;
  /**
   * Reads for an operator: in one snapshot, on a replica where there are any, so that it may trail. Bounded by `timeoutMs` in the
   * database as well; an error past it is told by `isReadTimeout`.
   */
  read<T>(timeoutMs: number, work: (reader: Runner) => Promise<T>): Promise<T>;
  /** Connections to the primary, and who waits for one. */
  readonly pool: { readonly used: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

export type SchemaState = { readonly upToDate: true } | { readonly upToDate: false; readonly needs: string };

/**
 * Every statement looks rows up by an index, and is planned so whatever the tables hold: a connection keeps its plans, and one from when a
 * table was small would go on to read it from end to end, until something analyzes it. Where a statement asks whether one set holds what
 * another does, it says `(… in (select …)) is true`, which is hashed, and not a join. One plan serves all values: to plan anew for these
 * few costs more than to run it. So does compiling.
 */
const PLANNER = [
  ...['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'].map((setting) => `-c ${setting}=off`),
  '-c plan_cache_mode=force_generic_plan',
].join(' ');

/** Builds the data source without connecting. */
export function dataSource(options: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    ...(options.replicaDsns.length === 0
      ? { url: options.primaryDsn }
      : { replication: { master: { url: options.primaryDsn }, slaves: options.replicaDsns.map((url) => ({ url })) } }),
    applicationName: options.name,
    entities: [DeliveryEntity, RecipientEntity, AttemptEntity],
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    connectTimeoutMS: options.operationTimeoutMs,
    poolErrorHandler: options.onPoolError,
    extra: {
      max: options.maxOpenConns,
      maxLifetimeSeconds: Math.ceil(options.connMaxLifetimeMs / 1000),
      statement_timeout: options.operationTimeoutMs,
      // The server's own bound comes first; this one is for a server that no longer answers at all.
      query_timeout: options.operationTimeoutMs + 1000,
      // A process that froze, or was cut off, in the middle of a transaction must not keep what it has locked from the others:
      // nobody tells the server, which would find out by TCP's keep-alive alone, after two hours.
      idle_in_transaction_session_timeout: options.operationTimeoutMs,
      keepAlive: true,
      options: PLANNER,
    },
  });
}

/** Connects, and answers once the server has. Rejects when it cannot be reached within the bound. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const source = dataSource(options);
  await source.initialize();
  const { master, slaves } = source.driver as PostgresDriver;
  const primary = master as Pool;
  const replicas = slaves as Pool[];
  for (const each of [primary, ...replicas]) each.on('connect', heedErrors);
  const withClient = async <T>(work: (client: PoolClient) => Promise<T>, pool = primary): Promise<T> => {
    const client = await pool.connect();
    // A connection that breaks between two statements says so by an event, which would end the process unheard.
    const onError = (error: unknown): void => options.onPoolError(error);
    client.on('error', onError);
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } finally {
      client.off('error', onError);
      client.release(broken || pool.idleCount >= options.maxIdleConns);
    }
  };
  const breaking = breakable(options.failAt);
  return {
    dataSource: source,
    // A statement of its own is a transaction too. All lock deliveries first and then keys, each in one order, so that a deadlock is
    // not expected; but an outcome that was given up for one would later be recovered as uncertain, and the mail sent twice.
    query: (config) => retryingDeadlocks(() => withClient((client) => breaking(config.name, () => client.query(config)))),
    transaction: (work) =>
      retryingDeadlocks(() =>
        withClient(async (client) => {
          await client.query('begin');
          const result = await work({ query: (config) => breaking(config.name, () => client.query(config)) });
          await breaking('commit', () => client.query('commit'));
          return result;
        }),
      ),
    read(timeoutMs, work) {
      const deadlineMs = performance.now() + timeoutMs;
      const replica = replicas[Math.floor(Math.random() * replicas.length)];
      return retryingDeadlocks(() => withClient((client) => readOnly(client, deadlineMs, work), replica));
    },
    get pool() {
      const { totalCount, idleCount, waitingCount } = primary;
      return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
    },
    close: () => source.destroy(),
  };
}

/** Whether the schema has seen every migration of this build; a newer one is fine, since migrations only add. */
export async function schemaState(database: Database): Promise<SchemaState> {
  const needs: SchemaState = { upToDate: false, needs: newestMigration };
  const known = await database.dataSource.query<{ found: string | null }[]>(`select to_regclass('migrations') as found`);
  if (known[0]?.found == null) return needs;
  const rows = await database.dataSource.query<unknown[]>('select 1 from migrations where name = $1', [newestMigration]);
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
