import { join } from 'node:path';
import type { Context } from './run-command.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import { findRedis } from './redis/find-redis.ts';
import { startRedis } from './redis/start-redis.ts';

export interface Services {
  readonly postgres: { readonly dsn: string; readonly own: boolean };
  readonly redis: { readonly addr: string; readonly password: string; readonly own: boolean };
}

/** What is set and not empty. */
function given(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}

async function postgres({ progress, folder, logFile, state, processes }: Context): Promise<Services['postgres']> {
  const dsn = given('MAIL_POSTGRES_PRIMARY_DSN');
  if (dsn !== undefined) {
    progress.line(`✓ PostgreSQL: the one of MAIL_POSTGRES_PRIMARY_DSN`);
    return { dsn, own: false };
  }
  return progress.step('PostgreSQL', async (note) => {
    const server = await startPostgres(folder, logFile('postgresql'), state, processes);
    note(`${server.version} at ${new URL(server.dsn).host}`);
    return { dsn: server.dsn, own: true };
  });
}

async function redis({ progress, folder, logFile, state, processes }: Context): Promise<Services['redis']> {
  const addr = given('MAIL_REDIS_MASTER_ADDR');
  if (addr !== undefined) {
    progress.line(`✓ Redis: the one of MAIL_REDIS_MASTER_ADDR, ${addr}`);
    return { addr, password: process.env['MAIL_REDIS_PASSWORD'] ?? '', own: false };
  }
  return progress.step('Redis', async (note) => {
    const program = await findRedis(join(state.path, 'redis-server'), note);
    if (program.kind === 'docker') note(`starting ${program.image} with Docker`);
    const server = await startRedis(program, join(folder, 'redis'), logFile('redis'), processes);
    const what = program.kind === 'docker' ? `${program.image} in Docker` : `${program.version} (${program.from})`;
    note(`${what} at ${server.addr}`);
    return { ...server, own: true };
  });
}

/** PostgreSQL and Redis: those that the environment names (MAIL_POSTGRES_PRIMARY_DSN, MAIL_REDIS_MASTER_ADDR), else our own. */
export async function startServices(context: Context): Promise<Services> {
  return { postgres: await postgres(context), redis: await redis(context) };
}
