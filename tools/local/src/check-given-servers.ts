import { Redis } from 'ioredis';
import { queryOnce } from './ensure-database.ts';
import { Trouble } from './trouble.ts';

const WITHIN_MS = 5000;

const say = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Says so at once where a PostgreSQL that was given cannot be used. Answers host:port. */
export async function checkPostgres(dsn: string, variable: string): Promise<string> {
  try {
    await queryOnce(dsn, 'select 1');
    return new URL(dsn).host;
  } catch (error) {
    throw new Trouble(
      `PostgreSQL cannot be reached by ${variable}: ${say(error)}.`,
      `Correct it (postgres://user:password@host:5432/database), or unset it to have a server started here.`,
    );
  }
}

/** Says so at once where a Redis that was given cannot be used. */
export async function checkRedis(addr: string, password: string, variable: string): Promise<void> {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(addr) ?? [];
  const options = { host, port: Number(port), ...(password === '' ? {} : { password }) };
  let fault: unknown;
  const redis = new Redis({ ...options, lazyConnect: true, retryStrategy: () => null, connectTimeout: WITHIN_MS, disableClientInfo: true });
  redis.on('error', (error) => (fault = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw new Trouble(
      `Redis cannot be reached by ${variable} (${addr}): ${say(fault ?? error)}.`,
      'Correct it (host:port) and its password, or unset it to have a server started here.',
    );
  } finally {
    redis.disconnect();
  }
}
