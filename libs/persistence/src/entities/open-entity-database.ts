import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { databaseOver, type Database, type DatabaseOptions } from '../database.js';
import { dataSource } from './data-source.js';

export interface EntityDatabase extends Database {
  /** For the operators' reads; goes to the replicas where there are any. */
  readonly dataSource: DataSource;
}

/** Connects as `openDatabase` does, with entities over the same pools. */
export async function openEntityDatabase(options: DatabaseOptions): Promise<EntityDatabase> {
  const source = dataSource(options);
  await source.initialize();
  const { master, slaves } = source.driver as PostgresDriver;
  const database = databaseOver({ primary: master as Pool, replicas: slaves as Pool[], close: () => source.destroy() }, options);
  // Not by spreading: the state of the pool is asked for anew each time.
  return Object.assign(database, { dataSource: source });
}
