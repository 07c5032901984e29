import { openCommandStream, type CommandStream } from '@mail/stream';
import type { ProcessContext } from '../run-process.js';
import { serviceUnavailable } from '../startup-error.js';

const LOG_EVERY_MS = 5000;

/** Connects both Redis clients and checks each with a PING within its bound; else exit 69. */
export async function connectRedis({ config: { redis }, logger }: ProcessContext): Promise<CommandStream> {
  let loggedAtMs = -Infinity;
  return openCommandStream({
    ...redis.master,
    password: redis.password,
    db: redis.db,
    stream: redis.commandStream,
    operationTimeoutMs: redis.operationTimeoutMs,
    blockTimeoutMs: redis.blockTimeoutMs,
    onConnectionError: (error) => {
      if (performance.now() - loggedAtMs < LOG_EVERY_MS) return;
      loggedAtMs = performance.now();
      logger.warn({ event: 'redis_connection_failed', err: error }, 'the connection to Redis failed');
    },
  }).catch((error: unknown) => {
    throw serviceUnavailable('Redis', error);
  });
}
