import 'reflect-metadata';
import { migrations } from '@mail/migrations';
import { DataSource, type Logger } from 'typeorm';
import type { DatabaseOptions } from '../database.js';
import { poolConfig, type Server } from '../pools.js';
import { AttemptEntity } from './attempt.entity.js';
import { DeliveryEntity } from './delivery.entity.js';
import { RecipientEntity } from './recipient.entity.js';

// Whoever asked is told of an error by the error itself; TypeORM would print each as well.
const LOGGER: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: (level, message: unknown) => (level === 'warn' ? console.warn(message) : undefined),
};

/** Builds the data source of the primary, without connecting. */
export function dataSource(options: DatabaseOptions, server: Server): DataSource {
  return new DataSource({
    type: 'postgres',
    entities: [DeliveryEntity, RecipientEntity, AttemptEntity],
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logger: LOGGER,
    poolErrorHandler: options.onPoolError,
    // Over whatever TypeORM makes of an empty configuration.
    extra: poolConfig(server, options),
  });
}
