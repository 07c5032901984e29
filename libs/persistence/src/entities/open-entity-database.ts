import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { UnfitServerError } from '../connection/check-server.js';
import { databaseOver, REPLICA_ANSWERS_MS, type Database, type DatabaseOptions } from '../database.js';
import { checkPool, makePool, serverOf, type Server } from '../pools.js';
import { dataSource } from './data-source.js';

export interface EntityDatabase extends Database {
  /** Of the primary. */
  readonly dataSource: DataSource;
}

/**
 * Connects to the primary, with entities over the same pool; rejects when it cannot be reached within the bound, or when it or a replica
 * cannot do the job. A replica that cannot be reached is told of, and no more: acceptance must not wait for one.
 */
export async function openEntityDatabase(options: DatabaseOptions): Promise<EntityDatabase> {
  const server = serverOf(options, options.primaryDsn);
  const source = dataSource(options, server);
  await source.initialize();
  const primary = (source.driver as PostgresDriver).master as Pool;
  const connectMs = Math.min(REPLICA_ANSWERS_MS, options.operationTimeoutMs);
  const readFrom = options.replicaDsns.map((dsn) => serverOf(options, dsn, connectMs));
  const replicas = readFrom.map((replica) => makePool(replica, options));
  const close = async (): Promise<void> => {
    await Promise.all([source.destroy(), ...replicas.map((replica) => replica.end())]);
  };
  try {
    await checkPool(primary, server, options, false);
    await Promise.all(
      replicas.map((pool, index) => checkPool(pool, readFrom[index] as Server, options, true).catch(unlessUnfit(options.onPoolError))),
    );
  } catch (error) {
    await close();
    throw error;
  }
  // Not by spreading: the state of the pool is asked for anew each time.
  return Object.assign(databaseOver({ primary, replicas, close }, options), { dataSource: source });
}

function unlessUnfit(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (error instanceof UnfitServerError) throw new UnfitServerError(error.message, error.cure, true);
    onError(error);
  };
}
