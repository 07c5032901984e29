import { openCommandStream, redisCureOf, type CommandStream } from '@mail/stream';
import { reasonOf } from '../describe-error.js';
import type { ProcessContext } from '../run-process.js';
import { serviceUnavailable } from '../startup-error.js';

const LOG_EVERY_MS = 5000;

/** Connects both Redis clients and checks each within its bound: with a PING, and with the commands that it is used for; else exit 69. */
export async function connectRedis({ config: { redis }, logger }: ProcessContext): Promise<CommandStream> {
  const name = `Redis (MAIL_REDIS_MASTER_ADDR, ${redis.master.host}:${redis.master.port})`;
  let loggedAtMs = -Infinity;
  let loggedReason = '';
  return openCommandStream({
    ...redis.master,
    password: redis.password,
    db: redis.db,
    stream: redis.commandStream,
    operationTimeoutMs: redis.operationTimeoutMs,
    blockTimeoutMs: redis.blockTimeoutMs,
    onConnectionError: (error) => {
      const reason = reasonOf(error);
      // Each reason anew: a connection that is cut says less than the refusal of the next one.
      if (reason === loggedReason && performance.now() - loggedAtMs < LOG_EVERY_MS) return;
      loggedAtMs = performance.now();
      loggedReason = reason;
      const event = { event: 'redis_connection_failed', err: error };
      logger.warn(event, `the connection to ${name} failed: ${reason}; ${redisCureOf(error)}`);
    },
  }).catch((error: unknown) => {
    throw serviceUnavailable(name, error, redisCureOf(error));
  });
}
