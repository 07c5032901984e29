import { join } from 'node:path';
import pg from 'pg';
import { appEnvironment } from '@mail/local/app-environment';
import { table } from '@mail/local/demo/table';
import { databaseDsn } from '@mail/local/ensure-database';
import { freePort } from '@mail/local/free-port';
import { migrate } from '@mail/local/migrate';
import { startPostgres } from '@mail/local/postgres/start-postgres';
import { projectRoot } from '@mail/local/project-root';
import type { Context } from '@mail/local/run-command';
import { startKept } from '@mail/local/start-kept';
import { Trouble } from '@mail/local/trouble';
import { LISTS } from './lists.ts';
import { measureList } from './measure.ts';
import type { Measured, System } from './measure.ts';
import type { Options } from './options.ts';
import { seed } from './seed.ts';
import { HEAD, missesOf, rowOf } from './targets.ts';
import { writePage } from './write-page.ts';

const APP = 'intake-api';

/** A database with so many rows, made anew, and an intake-api on it. */
async function startSystem(context: Context, maintenanceDsn: string, name: string, rows: number): Promise<System> {
  const { folder, processes, progress } = context;
  const database = `operators_${name}`;
  const maintenance = new pg.Client({ connectionString: maintenanceDsn });
  await maintenance.connect();
  await maintenance.query(`drop database if exists ${database} with (force)`);
  await maintenance.query(`create database ${database}`);
  await maintenance.end();
  const dsn = databaseDsn(maintenanceDsn, database);
  await migrate(context, dsn);
  await progress.step(`Rows, ${name}`, (note) => seed(dsn, rows, note));
  const port = await freePort();
  const surroundings = {
    ...{ postgresDsn: dsn, redisAddr: '127.0.0.1:1', redisPassword: '', smtpAddr: '127.0.0.1:1', httpAddr: `127.0.0.1:${port}` },
    settings: { MAIL_LOG_LEVEL: 'info', MAIL_SMTP_MODE: 'stub' },
  };
  await progress.step(`intake-api, ${name}`, () =>
    startKept(processes, {
      name: `${APP} ${name}`,
      tier: 'application',
      command: process.execPath,
      args: [join(projectRoot, 'apps', APP, 'dist', 'main.js')],
      env: { ...appEnvironment(APP, folder, surroundings), NODE_ENV: 'production', MAIL_HEARTBEAT_FILE: join(folder, `${name}.heartbeat`) },
      cwd: projectRoot,
      logFile: context.logFile(`${APP}-${name}`),
      stopSignal: 'SIGTERM',
      stopWithinMs: 12_000,
    }),
  );
  const client = new pg.Client({ connectionString: dsn });
  client.on('error', () => undefined);
  await client.connect();
  context.atEnd(() => client.end());
  return { api: `http://127.0.0.1:${port}`, client };
}

/** Measures what the options ask for; resolves to the exit code. The service is built. */
export async function runSuite(context: Context, options: Options): Promise<number> {
  const { progress, folder, state, processes } = context;
  const lists = LISTS.filter(({ name }) => name.includes(options.only));
  if (lists.length === 0) throw new Trouble(`No list is named so.`, `There are: ${LISTS.map(({ name }) => name).join(', ')}`);
  const postgres = await progress.step('PostgreSQL', () =>
    startPostgres(folder, context.logFile('postgresql'), state, processes, { shared_buffers: '512MB', max_wal_size: '8GB' }),
  );
  const few = await startSystem(context, postgres.dsn, 'few', options.few);
  const many = await startSystem(context, postgres.dsn, 'many', options.rows);
  const all: Measured[] = [];
  for (const list of lists) {
    progress.status(`… ${list.name}`);
    all.push(...(await measureList(list, many, few, options.requests)));
  }
  progress.line();
  for (const line of table(HEAD, all.map(rowOf))) progress.line(line);
  const missed = all.filter((one) => missesOf(one).length > 0).length;
  progress.line();
  progress.line(`${all.length} pages measured, ${missed} of them miss a target`);
  if (options.write) await writePage(context, options, all, postgres.version);
  return missed === 0 ? 0 : 1;
}
