import { startPostgres } from '@mail/local/postgres/start-postgres';
import type { Postgres } from '@mail/local/postgres/start-postgres';
import type { Context } from '@mail/local/run-command';
import { serverPids } from './server-pids.ts';

/** A PostgreSQL of the suite's own, durable as in production. */
export interface PostgresServer {
  /** Of the maintenance database, as a superuser. Changes with the port. */
  readonly dsn: string;
  readonly port: number;
  /** Tells of the new port whenever it has been started again. */
  onPort(listener: (port: number) => void): void;
  /** Ends it: `fast` in order, `immediate` as a crash that recovery has to mend. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP or SIGCONT to the server and all its backends. */
  freeze(frozen: boolean): void;
}

/** So small that it can be filled. */
const SETTINGS = { max_notify_queue_pages: '64' };

export async function postgresServer(context: Context): Promise<PostgresServer> {
  const { folder, state, processes, progress } = context;
  const listeners: ((port: number) => void)[] = [];
  const launch = (): Promise<Postgres> => startPostgres(folder, context.logFile('postgresql'), state, processes, SETTINGS);
  let server = await progress.step('PostgreSQL', launch);
  const port = (): number => Number(new URL(server.dsn).port);
  return {
    get dsn() {
      return server.dsn;
    },
    get port() {
      return port();
    },
    onPort: (listener) => void listeners.push(listener),
    async stop(how) {
      server.process.signal(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await server.process.exited;
    },
    async start() {
      server = await launch();
      for (const listener of listeners) listener(port());
    },
    freeze(frozen) {
      for (const pid of serverPids(server.process.pid)) process.kill(pid, frozen ? 'SIGSTOP' : 'SIGCONT');
    },
  };
}
