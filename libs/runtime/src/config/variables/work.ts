import { byteSize } from '../kinds/byte-size.js';
import { duration } from '../kinds/duration.js';
import { listOf } from '../kinds/list-of.js';
import { plainText } from '../kinds/plain-text.js';
import { secretKey } from '../kinds/secret-key.js';
import { wholeNumber } from '../kinds/whole-number.js';
import { defaulted, optional } from '../variable.js';

const YEARS = '87600h';

export const WORK_VARIABLES = {
  MAIL_TEMPLATE_DIR: defaulted(plainText('a folder path', 4096), 'templates', {
    meaning: 'The template catalog’s folder.',
    usedBy: ['intake-api', 'stream-consumer', 'attempt-worker'],
  }),
  MAIL_MAX_COMMAND_BYTES: defaulted(byteSize('1KiB', '64MiB'), '5MiB', {
    meaning: 'Size of one command at most, through either door.',
    usedBy: ['intake-api', 'stream-consumer'],
  }),
  MAIL_ATTEMPT_WORKER_CONCURRENCY: defaulted(wholeNumber(1, 1_000), '16', {
    meaning: 'Attempts in flight in one worker process, and its SMTP connections.',
    usedBy: ['attempt-worker'],
  }),
  MAIL_RETRY_SCHEDULE: defaulted(listOf(duration('1ms', '168h'), 50), '1m,5m,30m,2h,6h', {
    meaning:
      'Waits before attempts 2, 3, …; each ± 20 % jitter. One attempt more than entries, not counting those that met trouble with the provider: these wait for 5s, doubling to 5m, and no longer than the longest of the schedule.',
    usedBy: ['intake-api', 'scheduler', 'attempt-worker'],
  }),
  MAIL_SCHEDULER_POLL_INTERVAL: defaulted(duration('1ms'), '250ms', {
    meaning: 'How often due attempts are claimed.',
    usedBy: ['scheduler'],
  }),
  MAIL_SCHEDULER_RECOVERY_INTERVAL: defaulted(duration('1ms'), '30s', {
    meaning: 'How often stale claims are looked for.',
    usedBy: ['scheduler'],
  }),
  MAIL_SCHEDULER_CLAIM_MARGIN: defaulted(duration('0s'), '30s', {
    meaning: 'A claim is stale at `MAIL_SMTP_TIMEOUT` plus this. Less than 30s is refused when `NODE_ENV=production`.',
    usedBy: ['scheduler'],
  }),
  MAIL_SCHEDULER_CLAIM_WINDOW: defaulted(wholeNumber(1, 100_000), '2000', {
    meaning: 'Cap on claimed, not yet started attempts of one lane; below it the window follows what workers take.',
    usedBy: ['scheduler'],
  }),
  MAIL_SECRETS_KEY: optional(listOf(secretKey, 10), {
    shown: 'none: secret variables are stored as they are until the delivery ends',
    meaning: 'Seals secret variables in the database. Several rotate: the first seals, all open. See docs/operations.md.',
    usedBy: 'all',
    secret: true,
  }),
  MAIL_IDEMPOTENCY_TTL: defaulted(duration('1ms', YEARS), '168h', {
    meaning: 'How long an idempotency key is remembered at least.',
    usedBy: ['intake-api', 'stream-consumer', 'retention-job'],
  }),
  MAIL_DELIVERY_RETENTION: defaulted(duration('1ms', YEARS), '720h', {
    meaning: 'How long a delivery is kept once it has ended; one that has not ended is never deleted.',
    usedBy: ['retention-job'],
  }),
  MAIL_MALFORMED_COMMAND_RETENTION: defaulted(duration('1ms', YEARS), '2160h', {
    meaning: 'How long a malformed command is kept.',
    usedBy: ['retention-job'],
  }),
  MAIL_OPERATOR_ACTION_RETENTION: defaulted(duration('1ms', YEARS), '8760h', {
    meaning: 'How long the record of what an operator did is kept.',
    usedBy: ['retention-job'],
  }),
  MAIL_CLEANUP_INTERVAL: defaulted(duration('1ms', '168h'), '1h', {
    meaning: 'Time between two retention passes, the first at start.',
    usedBy: ['retention-job'],
  }),
};
