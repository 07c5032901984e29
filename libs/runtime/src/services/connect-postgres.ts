import { schemaState, type Database, type DatabaseOptions } from '@mail/persistence';
import { failAt } from '../fail-at.js';
import type { ProcessContext } from '../run-process.js';
import { serviceUnavailable } from '../startup-error.js';
import { gauge } from '../telemetry/measure.js';

/** Connects to PostgreSQL within its bound, and checks that the schema is as new as this build needs; else exit 69. */
export async function connectPostgres<Opened extends Database>(
  { config, logger }: ProcessContext,
  open: (options: DatabaseOptions) => Promise<Opened>,
): Promise<Opened> {
  const { postgres, app } = config;
  const database = await open({
    ...postgres,
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
