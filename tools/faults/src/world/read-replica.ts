import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '@mail/local/postgres/start-postgres';
import type { Context } from '@mail/local/run-command';
import { serverPids } from './server-pids.ts';

/** A streaming replica of the suite's PostgreSQL, of which replay can be held so that it trails. */
export interface ReadReplica {
  /** Of the database of that name, as a superuser. */
  readonly port: number;
  query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
  /** SIGSTOP or SIGCONT to the server and all its backends. */
  freeze(frozen: boolean): void;
  stop(): Promise<unknown>;
}

/** Copies the running server file by file, as a base backup does (PostgreSQL: Continuous Archiving, Low-Level API), and starts the copy as a standby. */
export async function startReadReplica(context: Context, primaryDsn: string): Promise<ReadReplica> {
  const folder = join(context.folder, 'replica');
  const { runAs } = context.state;
  rmSync(folder, { recursive: true, force: true });
  const backup = new pg.Client({ connectionString: primaryDsn });
  await backup.connect();
  let data: string;
  try {
    const { rows: where } = await backup.query<{ data_directory: string }>('show data_directory');
    const source = where[0]?.data_directory ?? '';
    data = join(folder, basename(source));
    mkdirSync(folder, { recursive: true });
    cpSync(join(dirname(source), 'postgresql-password'), join(folder, 'postgresql-password'));
    await backup.query(`select pg_backup_start('replica', true)`);
    const { status, stderr } = spawnSync('cp', ['-a', source, data], { encoding: 'utf8' });
    const { rows } = await backup.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    // A file that goes while it is copied is one that replay makes again.
    if (status !== 0 && !/No such file/.test(stderr)) throw new Error(`PostgreSQL's files could not be copied: ${stderr}`);
    const own = (name: string, text: string): void => {
      writeFileSync(join(data, name), text, { mode: 0o600 });
      if (runAs) chownSync(join(data, name), runAs.uid, runAs.gid);
    };
    own('backup_label', rows[0]?.labelfile ?? '');
    own('standby.signal', '');
    const { hostname, port, username, password } = new URL(primaryDsn);
    own('postgresql.auto.conf', `primary_conninfo = 'host=${hostname} port=${port} user=${username} password=${password}'\n`);
    rmSync(join(data, 'postmaster.pid'), { force: true });
    rmSync(join(data, 'postmaster.opts'), { force: true });
    // What the copy of the log lacks or has half is streamed.
    const log = join(data, 'pg_wal');
    for (const entry of readdirSync(log, { withFileTypes: true })) if (entry.isFile()) rmSync(join(log, entry.name));
  } finally {
    await backup.end();
  }
  writeFileSync(`${data}.made`, 'a copy');
  const { state, processes } = context;
  const start: typeof processes.start = (spec) => processes.start({ ...spec, name: `${spec.name} replica` });
  const server = await startPostgres(folder, context.logFile('replica'), state, { ...processes, start });
  const dsn = new URL(server.dsn);
  dsn.pathname = new URL(primaryDsn).pathname;
  return {
    port: Number(dsn.port),
    async query<Row extends pg.QueryResultRow>(sql: string) {
      const client = new pg.Client({ connectionString: dsn.href });
      await client.connect();
      try {
        return (await client.query<Row>(sql)).rows;
      } finally {
        await client.end();
      }
    },
    freeze(frozen) {
      for (const pid of serverPids(server.process.pid)) process.kill(pid, frozen ? 'SIGSTOP' : 'SIGCONT');
    },
    stop: () => server.process.stop(),
  };
}
