import 'reflect-metadata';
import { migrations } from '@mail/migrations';
import { DataSource } from 'typeorm';
import type { DatabaseOptions } from '../database.js';
import { connectionSettings } from '../pools.js';
import { AttemptEntity } from './attempt.entity.js';
import { DeliveryEntity } from './delivery.entity.js';
import { RecipientEntity } from './recipient.entity.js';

/** Builds the data source of the primary, without connecting. */
export function dataSource(options: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.primaryDsn,
    applicationName: options.name,
    entities: [DeliveryEntity, RecipientEntity, AttemptEntity],
    migrations,
    migrationsTransactionMode: 'each',
    synchronize: false,
    connectTimeoutMS: options.operationTimeoutMs,
    poolErrorHandler: options.onPoolError,
    extra: connectionSettings(options),
  });
}
