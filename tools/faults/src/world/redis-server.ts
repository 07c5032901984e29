import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedis } from '@mail/local/redis/find-redis';
import { startRedis } from '@mail/local/redis/start-redis';
import type { LocalRedis } from '@mail/local/redis/start-redis';
import type { Context } from '@mail/local/run-command';

/** A Redis of the suite's own, with an append-only file. */
export interface RedisServer {
  readonly port: number;
  readonly password: string;
  /** The suite's own connection, past the proxy. */
  readonly client: Redis;
  onPort(listener: (port: number) => void): void;
  /** Ends it at once; with `forget` its data is gone too. */
  stop(options?: { forget: boolean }): Promise<void>;
  start(): Promise<void>;
}

/** Found once, and unpacked once, for all worlds. */
let found: ReturnType<typeof findRedis> | undefined;

export async function redisServer(context: Context): Promise<RedisServer> {
  const folder = join(context.folder, 'redis');
  const listeners: ((port: number) => void)[] = [];
  found ??= findRedis(join(context.state.path, 'redis-server'), () => undefined);
  const program = await found;
  const launch = (): Promise<LocalRedis> => startRedis(program, folder, context.logFile('redis'), context.processes);
  let server = await context.progress.step('Redis', launch);
  const port = (): number => Number(server.addr.split(':')[1]);
  const connect = (): Redis => {
    const client = new Redis({ host: '127.0.0.1', port: port(), password: server.password, disableClientInfo: true });
    client.on('error', () => undefined);
    return client;
  };
  let client = connect();
  return {
    get port() {
      return port();
    },
    get password() {
      return server.password;
    },
    get client() {
      return client;
    },
    onPort: (listener) => void listeners.push(listener),
    async stop(options) {
      client.disconnect();
      server.process.signal('SIGKILL');
      await server.process.exited;
      if (options?.forget) rmSync(join(folder, 'appendonlydir'), { recursive: true, force: true });
    },
    async start() {
      server = await launch();
      client = connect();
      for (const listener of listeners) listener(port());
    },
  };
}
