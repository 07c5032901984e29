import 'reflect-metadata';
import { migrations } from '@mail/migrations';
import { DataSource } from 'typeorm';
import type { DatabaseOptions } from '../database.js';
import { connectionSettings } from '../pools.js';
import { AttemptEntity } from './attempt.entity.js';
import { DeliveryEntity } from './delivery.entity.js';
import { RecipientEntity } from './recipient.entity.js';

/** Builds the data source without connecting. */
export function dataSource(options: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    ...(options.replicaDsns.length === 0
      ? { url: options.primaryDsn }
      : { replication: { master: { url: options.primaryDsn }, slaves: options.replicaDsns.map((url) => ({ url })) } }),
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
