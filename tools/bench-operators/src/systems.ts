import { join } from 'node:path';
import pg from 'pg';
import { appEnvironment } from '@mail/local/app-environment';
import type { App } from '@mail/local/app-environment';
import { databaseDsn, queryOnce } from '@mail/local/ensure-database';
import { freePort } from '@mail/local/free-port';
import type { KeptProcess } from '@mail/local/kept-processes';
import { migrate } from '@mail/local/migrate';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { startKept } from '@mail/local/start-kept';
import type { System } from './measure.ts';
import { seed } from './seed.ts';

const databaseOf = (name: string): string => `operators_${name}`;

async function make(maintenanceDsn: string, name: string, template = ''): Promise<string> {
  const database = databaseOf(name);
  await queryOnce(maintenanceDsn, `drop database if exists ${database} with (force)`);
  await queryOnce(maintenanceDsn, `create database ${database}${template}`);
  return databaseDsn(maintenanceDsn, database);
}

/** A database with so many rows, made anew. */
export async function makeDatabase(context: Context, maintenanceDsn: string, name: string, rows: number): Promise<string> {
  const dsn = await make(maintenanceDsn, name);
  await migrate(context, dsn);
  await context.progress.step(`Rows, ${name}`, (note) => seed(dsn, rows, note));
  return dsn;
}

/** A copy of a database that nobody is connected to. */
export function copyDatabase({ progress }: Context, maintenanceDsn: string, of: string, name: string): Promise<string> {
  // File by file: by the log, it would be all of it once more.
  const template = ` template ${databaseOf(of)} strategy file_copy`;
  return progress.step(`Copy of ${of}, ${name}`, () => make(maintenanceDsn, name, template));
}

/** One of the processes on such a database. */
export async function startApp(
  { folder, processes, progress, logFile }: Context,
  app: App,
  name: string,
  dsn: string,
  { httpAddr = '127.0.0.1:1', redisAddr = '127.0.0.1:1', redisPassword = '', settings = {} } = {},
): Promise<KeptProcess> {
  const surroundings = {
    ...{ postgresDsn: dsn, redisAddr, redisPassword, smtpAddr: '127.0.0.1:1', httpAddr },
    settings: { MAIL_LOG_LEVEL: 'info', MAIL_SMTP_MODE: 'stub', ...settings },
  };
  const started = await progress.step(`${app}, ${name}`, () =>
    startKept(processes, {
      name: `${app} ${name}`,
      tier: 'application',
      command: process.execPath,
      args: [join(projectRoot, 'apps', app, 'dist', 'main.js')],
      env: {
        ...appEnvironment(app, folder, surroundings),
        NODE_ENV: 'production',
        MAIL_HEARTBEAT_FILE: join(folder, `${app}-${name}.heartbeat`),
      },
      cwd: projectRoot,
      logFile: logFile(`${app}-${name}`),
      stopSignal: 'SIGTERM',
      stopWithinMs: 12_000,
    }),
  );
  return started.process;
}

/** An intake-api on such a database. */
export async function startSystem(context: Context, name: string, dsn: string): Promise<System> {
  const httpAddr = `127.0.0.1:${await freePort()}`;
  await startApp(context, 'intake-api', name, dsn, { httpAddr });
  const client = new pg.Client({ connectionString: dsn });
  client.on('error', () => undefined);
  await client.connect();
  context.atEnd(() => client.end());
  return { api: `http://${httpAddr}`, client };
}
