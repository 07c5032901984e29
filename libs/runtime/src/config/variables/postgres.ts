import { duration } from '../kinds/duration.js';
import { flag } from '../kinds/flag.js';
import { listOf } from '../kinds/list-of.js';
import { postgresDsn } from '../kinds/postgres-dsn.js';
import { wholeNumber } from '../kinds/whole-number.js';
import { defaulted, optional, required } from '../variable.js';

const usedBy = 'all';

export const POSTGRES_VARIABLES = {
  MAIL_POSTGRES_PRIMARY_DSN: required(postgresDsn, {
    meaning:
      'The PostgreSQL primary. Parameters as in libpq: `sslmode` (`disable`, `require`, `verify-ca`, `verify-full`; without one nothing is encrypted), `sslrootcert`, `sslcert`, `sslkey`, `sslnegotiation`, `application_name`, `connect_timeout`, `options=-csearch_path%3D…`; any other is refused. See [Operations](operations.md#connecting-to-postgresql).',
    usedBy,
    secret: true,
  }),
  MAIL_POSTGRES_REPLICA_DSNS: optional(listOf(postgresDsn, 100), {
    meaning: "Read replicas, for operators' lists only; the primary serves these while no replica can be reached.",
    usedBy: ['intake-api'],
    secret: true,
  }),
  MAIL_POSTGRES_OPERATION_TIMEOUT: defaulted(duration('1ms'), '5s', { meaning: 'Bound on one statement, and on connecting.', usedBy }),
  MAIL_POSTGRES_MAX_OPEN_CONNS: defaulted(wholeNumber(1, 1_000), '10', { meaning: 'Pool size of one process.', usedBy }),
  MAIL_POSTGRES_MAX_IDLE_CONNS: defaulted(wholeNumber(0, 1_000), '5', {
    meaning: 'Connections past this are closed when released; never more than the pool size, whatever it says.',
    usedBy,
  }),
  MAIL_POSTGRES_CONN_MAX_LIFETIME: defaulted(duration('1s', '24h'), '30m', {
    meaning: 'The age at which a connection is replaced.',
    usedBy,
  }),
  MAIL_POSTGRES_NOTIFY_ENABLED: defaulted(flag, 'true', {
    meaning: '`false`: no `LISTEN`/`NOTIFY`, polling alone; the same result, later.',
    usedBy: ['intake-api', 'stream-consumer', 'scheduler', 'attempt-worker'],
  }),
};
