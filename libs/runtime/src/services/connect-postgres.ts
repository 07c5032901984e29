import { cureOf, isDatabaseUnavailable, schemaState, UnfitServerError, type Database, type DatabaseOptions } from '@mail/persistence';
import { readDsn } from '@mail/persistence/read-dsn';
import type { AppName } from '../config/app-name.js';
import type { MailConfig } from '../config/mail-config.js';
import { reasonOf } from '../describe-error.js';
import { failAt } from '../fail-at.js';
import type { ProcessContext } from '../run-process.js';
import { serviceUnavailable, type StartupError } from '../startup-error.js';
import { gauge } from '../telemetry/measure.js';

/**
 * How long a statement waits for a lock, in ms. What works in batches over everybody's rows waits hardly at all: a row that somebody's
 * open transaction holds must not hold up the others, and is tried again later. A caller's command may have to wait for another of the
 * same key to commit.
 */
const LOCK_TIMEOUT_MS: Readonly<Record<AppName, number>> = {
  'intake-api': 1500,
  'stream-consumer': 1500,
  scheduler: 250,
  'attempt-worker': 250,
  'retention-job': 250,
};

/** Connects to PostgreSQL within its bound, and checks that the server can do the job and the schema is as new as this build needs; else exit 69. */
export async function connectPostgres<Opened extends Database>(
  { config, logger }: ProcessContext,
  open: (options: DatabaseOptions) => Promise<Opened>,
): Promise<Opened> {
  const { postgres, app, production } = config;
  const database = await open({
    ...postgres,
    lockTimeoutMs: Math.min(LOCK_TIMEOUT_MS[app], postgres.operationTimeoutMs),
    name: `mail ${app}`,
    production,
    failAt: failAt(config.failpoints, logger),
    onWarning: (warning) => logger.warn({ event: 'server_warning' }, `${postgresName(config)}: ${warning}`),
    onPoolError: (error) =>
      logger.warn(
        { event: 'postgres_connection_lost', err: error },
        `a connection to PostgreSQL was lost: ${reasonOf(error)}; ${cureOf(error)}`,
      ),
  }).catch((error: unknown) => {
    throw postgresUnavailable(config, error);
  });
  try {
    const schema = await schemaState(database);
    if (!schema.upToDate) {
      throw serviceUnavailable(postgresName(config), new Error(`its schema lacks ${schema.needs}`), 'run `npm run migrate`');
    }
    observePool(database, postgres.maxOpenConns);
    return database;
  } catch (error) {
    await database.close();
    throw isDatabaseUnavailable(error) ? postgresUnavailable(config, error) : error;
  }
}

/** Why PostgreSQL cannot be used at start: the variable, the server's reason, and the cure. */
export function postgresUnavailable(config: MailConfig, error: unknown): StartupError {
  const replica = error instanceof UnfitServerError && error.replica;
  return serviceUnavailable(replica ? 'A replica (MAIL_POSTGRES_REPLICA_DSNS)' : postgresName(config), error, cureOf(error));
}

function postgresName({ postgres }: MailConfig): string {
  const reading = readDsn(postgres.primaryDsn);
  if (!reading.ok) return 'PostgreSQL (MAIL_POSTGRES_PRIMARY_DSN)';
  // Not user@host: the log hashes what looks like a mail address.
  const { user = 'no user', host, port, database } = reading.connection;
  return `PostgreSQL (MAIL_POSTGRES_PRIMARY_DSN, ${host}:${port}/${database} as ${user})`;
}

function observePool(database: Database, allowed: number): void {
  gauge('mail.postgres.pool.connections', () => {
    const { used, idle } = database.pool;
    return Object.entries({ used, idle, allowed }).map(([state, value]) => ({ value, attributes: { state } }));
  });
  gauge('mail.postgres.pool.waiting', () => [{ value: database.pool.waiting, attributes: {} }]);
}
