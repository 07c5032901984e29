import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import type { KeptProcess, KeptProcesses } from '../kept-processes.ts';
import { logTail } from '../log-tail.ts';
import type { StateFolder } from '../state-folder.ts';
import { Trouble } from '../trouble.ts';
import { waitUntil } from '../wait-until.ts';
import type { PgbouncerProgram } from './find-pgbouncer.ts';

export interface Pgbouncer {
  /** Of the same database, through the pooler. */
  readonly dsn: string;
  readonly process: KeptProcess;
}

export interface PgbouncerOptions {
  /** Of the database behind it, with the password by which the pooler logs in there. */
  readonly dsn: string;
  readonly poolMode: 'session' | 'transaction' | 'statement';
  /** Of pgbouncer.ini, beside its defaults. */
  readonly settings?: Readonly<Record<string, string>>;
}

const START_WITHIN_MS = 30_000;

function answers(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(undefined));
  });
}

/** Starts PgBouncer on a free port of loopback, with its defaults but for what is given, its files in `folder`. */
export async function startPgbouncer(
  program: PgbouncerProgram,
  { dsn, poolMode, settings = {} }: PgbouncerOptions,
  { folder, logFile, state, processes }: { folder: string; logFile: string; state: StateFolder; processes: KeptProcesses },
): Promise<Pgbouncer> {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const server = new URL(dsn);
  const port = await freePort();
  const own = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    // Every client is let in, and logs in as the one user of the database.
    auth_type: 'any',
    pool_mode: poolMode,
    ...settings,
  };
  const login = `user=${decodeURIComponent(server.username)} password=${decodeURIComponent(server.password)}`;
  const lines = [
    '[databases]',
    `* = host=${server.hostname} port=${server.port} ${login}`,
    '[pgbouncer]',
    ...Object.entries(own).map(([name, value]) => `${name} = ${value}`),
  ];
  const file = join(folder, `pgbouncer-${port}.ini`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o600);
  // It refuses to run as root.
  if (state.runAs) chownSync(file, state.runAs.uid, state.runAs.gid);
  const kept = await processes.start({
    name: `PgBouncer ${port}`,
    tier: 'service',
    command: program.path,
    args: [file],
    env: program.env,
    cwd: '/',
    logFile,
    // At once: SIGINT waits for the clients to leave.
    stopSignal: 'SIGTERM',
    stopWithinMs: 10_000,
    ...(state.runAs ? { runAs: state.runAs } : {}),
  });
  const up = await waitUntil(async () => (kept.exit() ? false : await answers(port)), { withinMs: START_WITHIN_MS });
  if (up !== true) throw new Trouble(`PgBouncer did not start:\n${logTail(logFile)}`, `The whole log is ${logFile}.`);
  const through = new URL(dsn);
  through.port = String(port);
  return { dsn: through.href, process: kept };
}
