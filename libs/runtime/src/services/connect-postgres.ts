import { schemaState, type Database, type DatabaseOptions } from '@mail/persistence';
import type { AppName } from '../config/app-name.js';
import { failAt } from '../fail-at.js';
import type { ProcessContext } from '../run-process.js';
import { serviceUnavailable } from '../startup-error.js';
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

/** Connects to PostgreSQL within its bound, and checks that the schema is as new as this build needs; else exit 69. */
export async function connectPostgres<Opened extends Database>(
  { config, logger }: ProcessContext,
  open: (options: DatabaseOptions) => Promise<Opened>,
): Promise<Opened> {
  const { postgres, app } = config;
  const database = await open({
    ...postgres,
    lockTimeoutMs: Math.min(LOCK_TIMEOUT_MS[app], postgres.operationTimeoutMs),
    name: `mail ${app}`,
    failAt: failAt(config.failpoints, logger),
    onPoolError: (error) => logger.warn({ event: 'postgres_connection_lost', err: error }, 'a connection to PostgreSQL was lost'),
  }).catch((error: unknown) => {
    throw serviceUnavailable('PostgreSQL', error);
  });
  try {
    const schema = await schemaState(database);
    if (!schema.upToDate) throw new Error(`its schema lacks ${schema.needs}: run \`npm run migrate\``);
    observePool(database, postgres.maxOpenConns);
    return database;
  } catch (error) {
    await database.close();
    throw serviceUnavailable('PostgreSQL', error);
  }
}

function observePool(database: Database, allowed: number): void {
  gauge('mail.postgres.pool.connections', () => {
    const { used, idle } = database.pool;
    return Object.entries({ used, idle, allowed }).map(([state, value]) => ({ value, attributes: { state } }));
  });
  gauge('mail.postgres.pool.waiting', () => [{ value: database.pool.waiting, attributes: {} }]);
}
