import type { TestStream } from '@mail/testing';
import type { CommandStreamOptions } from '../src/command-stream.js';

/** Options for the real Redis, with short bounds. */
export const streamOptions = (
  { host, port, password, stream }: Omit<TestStream, 'redis' | 'drop'>,
  more: Partial<CommandStreamOptions> = {},
): CommandStreamOptions => ({
  host,
  port,
  password,
  db: 0,
  stream,
  operationTimeoutMs: 1000,
  blockTimeoutMs: 50,
  onConnectionError: () => undefined,
  ...more,
});
