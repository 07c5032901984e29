import 'reflect-metadata';
import { migrations } from '@mail/migrations';
import { DataSource } from 'typeorm';
import type { DatabaseOptions } from '../database.js';
import { poolConfig, type Server } from '../pools.js';
import { AttemptEntity } from './attempt.entity.js';
import { DeliveryEntity } from './delivery.entity.js';
import { RecipientEntity } from './recipient.entity.js';

/** Builds the data source of the primary, without connecting. */
export function dataSource(options: DatabaseOptions, server: Server): DataSource {
  return new DataSource({
    type: 'postgres',
    entities: [DeliveryEntity, RecipientEntity, AttemptEntity],
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    poolErrorHandler: options.onPoolError,
    // Over whatever TypeORM makes of an empty configuration.
    extra: poolConfig(server, options),
  });
}
