import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { databaseDsn } from '@mail/local/ensure-database';
import { migrate } from '@mail/local/migrate';
import { startPostgres } from '@mail/local/postgres/start-postgres';
import { findRedis } from '@mail/local/redis/find-redis';
import { startRedis } from '@mail/local/redis/start-redis';
import type { Context } from '@mail/local/run-command';

/** What is set beside durability (fsync, synchronous_commit and full_page_writes are on), for every contender alike. */
export const postgresSettings = {
  // Room for the pages that are worked on, and no checkpoint by chance in the middle of a measurement.
  shared_buffers: '512MB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  shared_preload_libraries: 'pg_stat_statements',
};

export interface Servers {
  readonly postgres: { readonly version: string; readonly pid: number };
  readonly redis: {
    readonly version: string;
    readonly pid: number;
    readonly port: number;
    readonly password: string;
    readonly client: Redis;
  };
  /** Asks the maintenance database, which is nobody's. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Of a database of this server. */
  dsn(database: string): string;
  /** Makes a database anew: empty, or with the newest schema of the service. */
  makeDatabase(name: string, schema: 'empty' | 'ours'): Promise<string>;
  dropDatabase(name: string): Promise<void>;
}

const TEMPLATE = 'bench_template';

/** A PostgreSQL and a Redis of the bench's own, with nothing in them. */
export async function startServers(context: Context): Promise<Servers> {
  const { folder, state, processes, progress } = context;
  rmSync(join(folder, 'redis'), { recursive: true, force: true });
  const postgres = await progress.step('PostgreSQL', () =>
    startPostgres(folder, context.logFile('postgresql'), state, processes, postgresSettings),
  );
  const program = await findRedis(join(state.path, 'redis-server'), () => undefined);
  const redis = await progress.step('Redis', () => startRedis(program, join(folder, 'redis'), context.logFile('redis'), processes));
  const port = Number(redis.addr.split(':')[1]);
  const client = new Redis({ host: '127.0.0.1', port, password: redis.password, disableClientInfo: true });
  client.on('error', () => undefined);
  const pool = new pg.Pool({ connectionString: postgres.dsn, max: 2 });
  pool.on('error', () => undefined);
  context.atEnd(async () => {
    client.disconnect();
    await pool.end();
  });
  await pool.query('create extension if not exists pg_stat_statements');
  // What a run that was killed has left.
  const { rows } = await pool.query<{ datname: string }>(`select datname from pg_database where datname like 'bench\\_%'`);
  for (const { datname } of rows) await pool.query(`drop database ${datname} with (force)`);
  await pool.query(`create database ${TEMPLATE}`);
  await migrate(context, databaseDsn(postgres.dsn, TEMPLATE));
  const dropDatabase = async (name: string): Promise<void> => {
    await pool.query(`drop database if exists ${name} with (force)`);
  };
  return {
    postgres: { version: postgres.version, pid: postgres.process.pid },
    redis: {
      version: program.kind === 'docker' ? program.image : program.version,
      pid: redis.process.pid,
      port,
      password: redis.password,
      client,
    },
    query: async (sql, values = []) => (await pool.query<never>(sql, values)).rows,
    dsn: (database) => databaseDsn(postgres.dsn, database),
    async makeDatabase(name, schema) {
      await dropDatabase(name);
      await pool.query(`create database ${name}${schema === 'ours' ? ` template ${TEMPLATE}` : ''}`);
      return databaseDsn(postgres.dsn, name);
    },
    dropDatabase,
  };
}
