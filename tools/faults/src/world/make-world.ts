import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { databaseDsn, queryOnce } from '@mail/local/ensure-database';
import { freePort } from '@mail/local/free-port';
import { migrate } from '@mail/local/migrate';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import type { Runner } from '@mail/persistence';
import { openFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { openFaultSink } from './fault-sink.ts';
import type { FaultSink } from './fault-sink.ts';
import { hastySettings } from './hasty-settings.ts';
import { apps, mailApps } from './mail-apps.ts';
import type { App, MailApps } from './mail-apps.ts';
import { postgresServer } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';
import { redisServer } from './redis-server.ts';
import type { RedisServer } from './redis-server.ts';

/** The whole system on one machine, each part of it breakable alone. */
export interface World {
  readonly context: Context;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly sink: FaultSink;
  readonly apps: MailApps;
  /** Between an app and PostgreSQL. */
  readonly toPostgres: ReadonlyMap<App, FaultProxy>;
  /** Between the stream consumer and Redis. */
  readonly toRedis: FaultProxy;
  /** Between the worker and the SMTP server. */
  readonly toSmtp: FaultProxy;
  /** Of the intake, `http://127.0.0.1:…`. */
  readonly api: string;
  readonly stream: string;
  /** Of the service's database, past the proxies, as a superuser. */
  readonly dsn: string;
  /** A connection of the suite's own, past the proxies; one that is lost is opened again. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** The same connection, for the statements of the service's own. */
  readonly runner: Runner;
  /** Every proxy passes, the SMTP server accepts. */
  heal(): void;
}

export const STREAM = 'mail:delivery_commands';

export interface WorldOptions {
  /** Where the built apps lie: the project, or a copy with a mutant in it. */
  readonly root?: string;
  /** Of all five, beside the hasty ones, or in their place. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function makeWorld(context: Context, { root = projectRoot, settings = {} }: WorldOptions = {}): Promise<World> {
  rmSync(join(context.folder, 'redis'), { recursive: true, force: true });
  const [postgres, redis] = await Promise.all([postgresServer(context), redisServer(context)]);
  const database = `faults_${Date.now().toString(36)}`;
  for (const { datname } of await queryOnce<{ datname: string }>(
    postgres.dsn,
    `select datname from pg_database where datname like 'faults\\_%'`,
  )) {
    await queryOnce(postgres.dsn, `drop database if exists ${datname} with (force)`);
  }
  await queryOnce(postgres.dsn, `create database ${database}`);
  await migrate(context, databaseDsn(postgres.dsn, database));

  const sink = await openFaultSink(join(context.folder, 'smtp-record.jsonl'));
  const toPostgres = new Map(await Promise.all(apps.map(async (app) => [app, await openFaultProxy(postgres.port)] as const)));
  const toRedis = await openFaultProxy(redis.port);
  const toSmtp = await openFaultProxy(sink.port);
  postgres.onPort((port) => toPostgres.forEach((proxy) => proxy.target(port)));
  redis.onPort((port) => toRedis.target(port));
  const httpAddr = `127.0.0.1:${await freePort()}`;
  const running = mailApps(context, root, (app) => {
    const dsn = new URL(databaseDsn(postgres.dsn, database));
    dsn.port = String(toPostgres.get(app)?.port);
    return {
      postgresDsn: dsn.href,
      redisAddr: `127.0.0.1:${toRedis.port}`,
      redisPassword: redis.password,
      smtpAddr: `127.0.0.1:${toSmtp.port}`,
      httpAddr,
      settings: { ...hastySettings, MAIL_REDIS_COMMAND_STREAM: STREAM, ...settings },
    };
  });
  let pool: pg.Pool | null = null;
  const open = (): pg.Pool => {
    if (pool === null) {
      pool = new pg.Pool({ connectionString: databaseDsn(postgres.dsn, database), max: 3, connectionTimeoutMillis: 5000 });
      pool.on('error', () => undefined);
    }
    return pool;
  };
  postgres.onPort(() => {
    void pool?.end().catch(() => undefined);
    pool = null;
  });
  context.atEnd(async () => {
    await Promise.all([...running.running.values()].map((one) => (one.signal('SIGCONT'), one.stop())));
    await pool?.end().catch(() => undefined);
    await Promise.all([...toPostgres.values(), toRedis, toSmtp].map((proxy) => proxy.close()));
    await sink.close();
    redis.client.disconnect();
  });
  await context.progress.step('Five processes', () => running.makeWhole(new Set()));
  return {
    context,
    postgres,
    redis,
    sink,
    apps: running,
    toPostgres,
    toRedis,
    toSmtp,
    api: `http://${httpAddr}`,
    stream: STREAM,
    get dsn() {
      return databaseDsn(postgres.dsn, database);
    },
    query: async (sql, values = []) => (await open().query<never>(sql, values)).rows,
    runner: { query: (config) => open().query(config) },
    heal() {
      for (const proxy of [...toPostgres.values(), toRedis, toSmtp]) proxy.mode('pass');
      sink.behave({});
    },
  };
}
