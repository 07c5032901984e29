import { choice } from '../kinds/choice.js';
import { duration } from '../kinds/duration.js';
import { failpoint } from '../kinds/failpoint.js';
import { listOf } from '../kinds/list-of.js';
import { plainText } from '../kinds/plain-text.js';
import { defaulted, optional } from '../variable.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const PROCESS_VARIABLES = {
  NODE_ENV: optional(plainText('the environment’s name'), {
    meaning:
      '`production` refuses what is for development only: unverified TLS but to loopback, a short claim margin, failpoints, and a PostgreSQL with `fsync` off.',
    usedBy: 'all',
  }),
  MAIL_SHUTDOWN_TIMEOUT: defaulted(duration('1ms'), '30s', {
    meaning: 'Bound on draining: past it the process exits 1. Give the supervisor’s own grace period some seconds more.',
    usedBy: 'all',
  }),
  MAIL_LOG_LEVEL: defaulted(choice(...LOG_LEVELS), 'info', { meaning: 'The least severe level that is logged.', usedBy: 'all' }),
  MAIL_HEARTBEAT_FILE: optional(plainText('a file path', 4096), {
    shown: '`mail-<app>.heartbeat` in the temporary folder',
    meaning:
      'The file whose age tells the probe that the process lives. Name one for each where several processes of one app share a temporary folder.',
    usedBy: 'all',
  }),
  MAIL_FAILPOINTS: optional(listOf(failpoint(), 20), {
    meaning:
      'Where the process breaks on purpose, to prove that nothing is lost: `<statement>.before` or `.after`, `commit.before` or `.after`, with `@n` for its nth passing, and `=kill`, `=stop`, `=error` or `=hang`. For tests only; refused when `NODE_ENV=production`.',
    usedBy: 'all',
  }),
};
