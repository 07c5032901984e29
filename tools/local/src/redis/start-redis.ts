import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../free-port.ts';
import type { ProcessSpec } from '../keeper-messages.ts';
import type { KeptProcess, KeptProcesses } from '../kept-processes.ts';
import { logTail } from '../log-tail.ts';
import { secretIn } from '../secret.ts';
import { Trouble } from '../trouble.ts';
import { waitUntil } from '../wait-until.ts';
import type { RedisProgram } from './redis-program.ts';

export interface LocalRedis {
  readonly addr: string;
  readonly password: string;
  readonly process: KeptProcess;
}

const START_WITHIN_MS = 30_000;
/** Docker may have to fetch the image first. */
const START_WITH_DOCKER_WITHIN_MS = 180_000;
const PORT_ATTEMPTS = 3;

async function ask<T>(port: number, password: string, question: (redis: Redis) => Promise<T>): Promise<T | undefined> {
  const redis = new Redis({ host: '127.0.0.1', port, password, lazyConnect: true, retryStrategy: () => null, connectTimeout: 2000 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await question(redis);
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
}

/** Ends a server of ours that a killed run left behind: who takes our password is ours. */
async function stopLeftOver(portFile: string, password: string): Promise<void> {
  if (!existsSync(portFile)) return;
  const port = Number(readFileSync(portFile, 'utf8'));
  const alive = (): Promise<string | undefined> => ask(port, password, (redis) => redis.ping());
  if ((await alive()) === undefined) return;
  await ask(port, password, (redis) => redis.shutdown('NOSAVE'));
  await waitUntil(async () => ((await alive()) === undefined ? true : undefined), { withinMs: 10_000 });
}

function launch(program: RedisProgram, folder: string, port: number): Pick<ProcessSpec, 'command' | 'args' | 'env'> {
  if (program.kind === 'program') {
    const env = {
      PATH: process.env['PATH'] ?? '',
      ...(program.libraries.length > 0 ? { LD_LIBRARY_PATH: program.libraries.join(':') } : {}),
    };
    return { command: program.path, args: [join(folder, 'redis.conf')], env };
  }
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const args = ['run', '--rm', '--init', '--publish', `127.0.0.1:${port}:${port}`, '--user', user, '--volume', `${folder}:/data`];
  return {
    command: 'docker',
    args: [...args, program.image, 'redis-server', '/data/redis.conf'],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' },
  };
}

/** Starts Redis on a free port of loopback, with a password and an append-only file, over the data in `folder`. */
export async function startRedis(program: RedisProgram, folder: string, logFile: string, processes: KeptProcesses): Promise<LocalRedis> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = secretIn(join(folder, 'password'));
  const portFile = join(folder, 'port');
  await stopLeftOver(portFile, password);
  const inDocker = program.kind === 'docker';
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const settings = [
      `bind ${inDocker ? '0.0.0.0' : '127.0.0.1'}`,
      `port ${port}`,
      `requirepass ${password}`,
      `dir "${inDocker ? '/data' : folder}"`,
      'appendonly yes',
      'appendfsync everysec',
      'save ""',
    ];
    writeFileSync(join(folder, 'redis.conf'), `${settings.join('\n')}\n`, { mode: 0o600 });
    writeFileSync(portFile, String(port));
    const server = await processes.start({
      name: 'Redis',
      tier: 'service',
      ...launch(program, folder, port),
      cwd: folder,
      logFile,
      stopSignal: 'SIGTERM',
      stopWithinMs: 10_000,
    });
    const up = await waitUntil(
      async () => (server.exit() ? false : await ask(port, password, async (redis) => (await redis.ping()) === 'PONG')),
      {
        withinMs: inDocker ? START_WITH_DOCKER_WITHIN_MS : START_WITHIN_MS,
      },
    );
    if (up === true) return { addr: `127.0.0.1:${port}`, password, process: server };
    await server.stop();
    if (attempt < PORT_ATTEMPTS && /Address already in use/i.test(logTail(logFile))) continue;
    throw new Trouble(`Redis did not start:\n${logTail(logFile)}`, `The whole log is ${logFile}. Deleting ${folder} makes a fresh one.`);
  }
}
