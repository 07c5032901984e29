import type { DeliveryCommand } from './delivery-command.js';
import { checkIdempotencyKey } from './idempotency-key.js';
import { traceContext, type TraceContext } from './trace-context.js';

/** What is needed of a Redis client; one of ioredis has it. */
export interface StreamClient {
  xadd(key: string, id: string, ...fields: string[]): Promise<string | null>;
}

export interface StreamEntry extends TraceContext {
  readonly source: string;
  readonly idempotencyKey: string;
  readonly command: DeliveryCommand;
}

export const DEFAULT_STREAM = 'mail:delivery_commands';
const SOURCE = /^[a-z][a-z0-9_-]{0,63}$/;

/**
 * Adds one command to the stream, and returns the id of its entry. The stream gives no other answer: a command that the service refuses
 * shows in `GET /malformed-commands` alone. Never trims. After an error of the connection, add it again with the same key.
 * @throws TypeError for a source or key that the service would refuse.
 */
export async function addToStream(redis: StreamClient, entry: StreamEntry, stream: string = DEFAULT_STREAM): Promise<string> {
  const { source, idempotencyKey, command } = entry;
  if (!SOURCE.test(source)) throw new TypeError('the source must have 1 to 64 of a-z, 0-9, _ and -, the first a letter');
  checkIdempotencyKey(idempotencyKey);
  const { traceparent, tracestate } = await traceContext(entry);
  const fields = ['source', source, 'idempotency_key', idempotencyKey, 'command', JSON.stringify(command)];
  if (traceparent !== undefined) fields.push('traceparent', traceparent);
  if (traceparent !== undefined && tracestate !== undefined) fields.push('tracestate', tracestate);
  const id = await redis.xadd(stream, '*', ...fields, 'requested_at_ms', String(Date.now()));
  if (id === null) throw new Error('XADD added nothing');
  return id;
}
