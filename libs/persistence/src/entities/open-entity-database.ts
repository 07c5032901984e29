import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { databaseOver, REPLICA_ANSWERS_MS, type Database, type DatabaseOptions } from '../database.js';
import { openPool } from '../pools.js';
import { dataSource } from './data-source.js';

export interface EntityDatabase extends Database {
  /** Of the primary. */
  readonly dataSource: DataSource;
}

/** Connects to the primary, with entities over the same pool, and to the replicas. Rejects when one cannot be reached within the bound. */
export async function openEntityDatabase(options: DatabaseOptions): Promise<EntityDatabase> {
  const source = dataSource(options);
  await source.initialize();
  const primary = (source.driver as PostgresDriver).master as Pool;
  const replicas: Pool[] = [];
  const close = async (): Promise<void> => {
    await Promise.all([source.destroy(), ...replicas.map((replica) => replica.end())]);
  };
  const connectMs = Math.min(REPLICA_ANSWERS_MS, options.operationTimeoutMs);
  try {
    for (const dsn of options.replicaDsns) replicas.push(await openPool(options, dsn, connectMs));
  } catch (error) {
    await close();
    throw error;
  }
  // Not by spreading: the state of the pool is asked for anew each time.
  return Object.assign(databaseOver({ primary, replicas, close }, options), { dataSource: source });
}
