import { join } from 'node:path';
import type { Context } from './run-command.ts';
import { checkPostgres, checkRedis } from './check-given-servers.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import { findRedis } from './redis/find-redis.ts';
import { redisCli } from './redis/redis-cli.ts';
import { startRedis } from './redis/start-redis.ts';

export interface Services {
  readonly postgres: { readonly dsn: string; readonly own: boolean };
  readonly redis: {
    readonly addr: string;
    readonly password: string;
    readonly own: boolean;
    /** How redis-cli is called here, where it is. */ readonly cli?: string;
  };
}

/** The variables that name existing servers. */
export interface ServerVariables {
  readonly postgresDsn: string;
  readonly redisAddr: string;
  readonly redisPassword: string;
}

export const mailVariables: ServerVariables = {
  postgresDsn: 'MAIL_POSTGRES_PRIMARY_DSN',
  redisAddr: 'MAIL_REDIS_MASTER_ADDR',
  redisPassword: 'MAIL_REDIS_PASSWORD',
};

async function postgres({ progress, folder, logFile, state, processes }: Context, variable: string): Promise<Services['postgres']> {
  const dsn = process.env[variable] ?? '';
  if (dsn !== '') {
    const host = await checkPostgres(dsn, variable);
    progress.line(`✓ PostgreSQL: the one of ${variable}, ${host}`);
    return { dsn, own: false };
  }
  return progress.step('PostgreSQL', async (note) => {
    const server = await startPostgres(folder, logFile('postgresql'), state, processes);
    note(`${server.version} at ${new URL(server.dsn).host}`);
    return { dsn: server.dsn, own: true };
  });
}

async function redis(context: Context, variables: ServerVariables): Promise<Services['redis']> {
  const { progress, folder, logFile, state, processes } = context;
  const addr = process.env[variables.redisAddr] ?? '';
  if (addr !== '') {
    const password = process.env[variables.redisPassword] ?? '';
    await checkRedis(addr, password, variables.redisAddr);
    progress.line(`✓ Redis: the one of ${variables.redisAddr}, ${addr}`);
    return { addr, password, own: false };
  }
  return progress.step('Redis', async (note) => {
    const program = await findRedis(join(state.path, 'redis-server'), note);
    if (program.kind === 'docker') note(`starting ${program.image} with Docker`);
    const server = await startRedis(program, join(folder, 'redis'), logFile('redis'), processes);
    const what = program.kind === 'docker' ? `${program.image} in Docker` : `${program.version} (${program.from})`;
    note(`${what} at ${server.addr}`);
    const cli = redisCli(program);
    return { ...server, own: true, ...(cli === undefined ? {} : { cli }) };
  });
}

/** PostgreSQL and Redis: those that the environment names, else our own. */
export async function startServices(context: Context, variables: ServerVariables): Promise<Services> {
  const [postgresAt, redisAt] = await Promise.all([postgres(context, variables.postgresDsn), redis(context, variables)]);
  return { postgres: postgresAt, redis: redisAt };
}
