import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from '../free-port.ts';
import type { RunAs } from '../keeper-messages.ts';
import type { KeptProcess, KeptProcesses } from '../kept-processes.ts';
import { logTail } from '../log-tail.ts';
import { runQuietly } from '../run-quietly.ts';
import { secretIn } from '../secret.ts';
import type { StateFolder } from '../state-folder.ts';
import { Trouble } from '../trouble.ts';
import { waitUntil } from '../wait-until.ts';
import { postgresBinaries } from './postgres-binaries.ts';

export interface Postgres {
  readonly version: string;
  /** Of the maintenance database `postgres`, as a superuser. */
  readonly dsn: string;
  readonly process: KeptProcess;
}

const USER = 'mail';
const START_WITHIN_MS = 60_000;
/** Three seconds of work, on a machine that may be busy with much else. */
const MAKE_WITHIN_MS = 300_000;
const PORT_ATTEMPTS = 3;

/** Durable, as in production: what the service promises is shown on a server that keeps its word. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
};

async function makeCluster(native: string, data: string, password: string, runAs: RunAs | undefined): Promise<void> {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  if (runAs) chownSync(data, runAs.uid, runAs.gid);
  const passwordFile = `${data}.initial-password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (runAs) chownSync(passwordFile, runAs.uid, runAs.gid);
  const { code, stderr, stdout } = await runQuietly(
    join(native, 'bin', 'initdb'),
    [
      '--pgdata',
      data,
      '--username',
      USER,
      '--auth=scram-sha-256',
      '--pwfile',
      passwordFile,
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    // Nobody may read the folder that we were called in.
    { cwd: data, withinMs: MAKE_WITHIN_MS, runAs },
  );
  rmSync(passwordFile);
  if (code === 0) return;
  const said = `${stderr}${stdout}`.trim().split('\n').slice(-8).join('\n    ');
  rmSync(data, { recursive: true, force: true });
  throw new Trouble(
    `PostgreSQL's data folder could not be made:\n    ${said}`,
    'See whether the disk is full and the folder may be written.',
  );
}

/** Ends a server of ours that a killed run left behind. Its own control program knows its process file, and ends no other. */
async function stopLeftOver(native: string, data: string, runAs: RunAs | undefined): Promise<void> {
  if (!existsSync(join(data, 'postmaster.pid'))) return;
  await runQuietly(join(native, 'bin', 'pg_ctl'), ['stop', '--pgdata', data, '--mode=fast', '--wait'], {
    cwd: data,
    withinMs: START_WITHIN_MS,
    runAs,
  });
}

async function answers(dsn: string): Promise<true | undefined> {
  const client = new pg.Client({ connectionString: dsn, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Starts PostgreSQL on a free port of loopback, over the data in `folder`, which is made at the first start.
 * @param more settings beside those that make it durable, or in their place
 */
export async function startPostgres(
  folder: string,
  logFile: string,
  state: StateFolder,
  processes: KeptProcesses,
  more: Readonly<Record<string, string>> = {},
): Promise<Postgres> {
  const { native, version } = postgresBinaries(state);
  const { runAs } = state;
  const data = join(folder, `postgresql-${version.split('.')[0]}`);
  const password = secretIn(join(folder, 'postgresql-password'));
  // Written once initdb is through: without it the making of the cluster was cut short.
  const made = `${data}.made`;
  if (existsSync(made)) {
    await stopLeftOver(native, data, runAs);
  } else {
    await makeCluster(native, data, password, runAs);
    writeFileSync(made, version);
  }
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const dsn = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
    const server = await processes.start({
      name: 'PostgreSQL',
      tier: 'service',
      command: join(native, 'bin', 'postgres'),
      args: [
        '-D',
        data,
        '-p',
        String(port),
        ...Object.entries({ ...settings, ...more }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      env: { LC_ALL: 'C', TZ: 'UTC' },
      cwd: data,
      logFile,
      stopSignal: 'SIGINT',
      stopWithinMs: 15_000,
      ...(runAs ? { runAs } : {}),
    });
    const up = await waitUntil(async () => (server.exit() ? false : await answers(dsn)), { withinMs: START_WITHIN_MS });
    if (up === true) return { version, dsn, process: server };
    await server.stop();
    if (attempt < PORT_ATTEMPTS && /Address already in use/.test(logTail(logFile))) continue;
    throw new Trouble(
      `PostgreSQL did not start:\n${logTail(logFile)}`,
      `The whole log is ${logFile}. Deleting ${folder} makes a fresh one.`,
    );
  }
}
