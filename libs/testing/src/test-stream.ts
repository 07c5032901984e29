import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { testServices } from './test-database.js';

export interface TestStream {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** A stream key of its own. */
  readonly stream: string;
  readonly redis: Redis;
  drop(): Promise<void>;
}

/** A stream key of its own on the real Redis, and a client. */
export async function testStream(): Promise<TestStream> {
  const { redisAddr, redisPassword } = testServices();
  const colon = redisAddr.lastIndexOf(':');
  const host = redisAddr.slice(0, colon);
  const port = Number(redisAddr.slice(colon + 1));
  const stream = `spec:${randomBytes(6).toString('hex')}`;
  const redis = new Redis({
    host,
    port,
    password: redisPassword === '' ? undefined : redisPassword,
    disableClientInfo: true,
    lazyConnect: true,
  });
  await redis.connect();
  return {
    host,
    port,
    password: redisPassword,
    stream,
    redis,
    async drop() {
      await redis.del(stream);
      redis.disconnect();
    },
  };
}
