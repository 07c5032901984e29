import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { databaseOver, REPLICA_ANSWERS_MS, type Database, type DatabaseOptions } from '../database.js';
import { connectOnce, makePool } from '../pools.js';
import { dataSource } from './data-source.js';

export interface EntityDatabase extends Database {
  /** Of the primary. */
  readonly dataSource: DataSource;
}

/**
 * Connects to the primary, with entities over the same pool; rejects when it cannot be reached within the bound. A replica that cannot be
 * reached is told of, and no more: acceptance must not wait for one.
 */
export async function openEntityDatabase(options: DatabaseOptions): Promise<EntityDatabase> {
  const source = dataSource(options);
  await source.initialize();
  const primary = (source.driver as PostgresDriver).master as Pool;
  const connectMs = Math.min(REPLICA_ANSWERS_MS, options.operationTimeoutMs);
  const replicas = options.replicaDsns.map((dsn) => makePool(options, dsn, connectMs));
  await Promise.all(replicas.map((replica) => connectOnce(replica).catch(options.onPoolError)));
  const close = async (): Promise<void> => {
    await Promise.all([source.destroy(), ...replicas.map((replica) => replica.end())]);
  };
  // Not by spreading: the state of the pool is asked for anew each time.
  return Object.assign(databaseOver({ primary, replicas, close }, options), { dataSource: source });
}
