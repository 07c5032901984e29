import { address } from '../kinds/address.js';
import { duration } from '../kinds/duration.js';
import { listOf } from '../kinds/list-of.js';
import { plainText } from '../kinds/plain-text.js';
import { wholeNumber } from '../kinds/whole-number.js';
import { defaulted, optional, required } from '../variable.js';

const usedBy = ['stream-consumer'] as const;

export const REDIS_VARIABLES = {
  MAIL_REDIS_MASTER_ADDR: required(address, { meaning: 'The Redis master.', usedBy }),
  MAIL_REDIS_PASSWORD: required(plainText('a password', 4096), {
    meaning: 'Its password; set but empty for a Redis without one.',
    usedBy,
    secret: true,
    mayBeEmpty: true,
  }),
  MAIL_REDIS_REPLICA_ADDRS: optional(listOf(address, 100), {
    meaning: 'Checked for their form, never read from: a replica may trail the stored offset.',
    usedBy: [],
  }),
  MAIL_REDIS_DB: defaulted(wholeNumber(0, 65_535), '0', { meaning: 'The number of the Redis database.', usedBy }),
  MAIL_REDIS_OPERATION_TIMEOUT: defaulted(duration('1ms'), '1s', {
    meaning: 'Bound on every Redis call that does not block, `PING` included.',
    usedBy,
  }),
  MAIL_REDIS_COMMAND_STREAM: defaulted(plainText('a Redis key', 512), 'mail:delivery_commands', {
    meaning: 'The key of the command stream.',
    usedBy,
  }),
  MAIL_STREAM_BLOCK_TIMEOUT: defaulted(duration('1ms', '1m'), '2s', { meaning: 'How long one `XREAD` waits for entries.', usedBy }),
  MAIL_STREAM_LEASE_TTL: defaulted(duration('100ms'), '15s', {
    meaning: 'How long the active consumer’s lease lasts when it is not renewed: a standby takes over after that.',
    usedBy,
  }),
};
