import { migrations } from '@mail/migrations';
import type { Pool } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { cureOf, reasonOf, stateOf } from './connection/explain-database-error.js';
import { dataSource } from './entities/data-source.js';
import { checkPool, serverOf } from './pools.js';
import type { DatabaseOptions } from './database.js';

const MIGRATION_LOCK = 0x6d61696c; // 'mail'
const LOCK_POLL_MS = 100;
const CONNECT_MS = 10_000;
// A migration may build an index for hours; waiting for a lock is what migrations bound, by lock_timeout.
const UNBOUNDED_MS = 24 * 60 * 60 * 1000;

export type MigratedSchema =
  | { readonly migrated: true; readonly applied: readonly string[] }
  /** Why not, in the server's words, and what cures it. What was applied before stays; the one that failed did nothing. */
  | { readonly migrated: false; readonly reason: string; readonly cure: string };

/**
 * Brings the schema up to date, and tells which migrations that took. Safe when several run at once: the second waits, and
 * finds nothing to do. Throws what is not the database's to cure.
 */
export async function migrateSchema(
  primaryDsn: string,
  more: Pick<DatabaseOptions, 'production' | 'onWarning'> = {},
): Promise<MigratedSchema> {
  const options: DatabaseOptions = {
    name: 'mail migrate',
    primaryDsn,
    replicaDsns: [],
    operationTimeoutMs: UNBOUNDED_MS,
    lockTimeoutMs: UNBOUNDED_MS,
    maxOpenConns: 2,
    maxIdleConns: 2,
    connMaxLifetimeMs: UNBOUNDED_MS,
    // Whatever ran on it fails besides.
    onPoolError: () => undefined,
    ...more,
  };
  const server = serverOf(options, primaryDsn, CONNECT_MS);
  const source = dataSource(options, server);
  try {
    await source.initialize();
    await checkPool((source.driver as PostgresDriver).master as Pool, server, options, false);
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    return { migrated: false, reason: reasonOf(error), cure: cureOf(error) };
  }
  try {
    return { migrated: true, applied: await underLock(source) };
  } catch (error) {
    if (stateOf(error) === '') throw error;
    const failed = await firstOutstanding(source).catch(() => undefined);
    const reason = failed === undefined ? reasonOf(error) : `${failed} was not applied: ${reasonOf(error)}`;
    return { migrated: false, reason, cure: cureOfMigrating(error, server.client.user) };
  } finally {
    await source.destroy();
  }
}

async function underLock(source: DataSource): Promise<string[]> {
  const lock = source.createQueryRunner();
  try {
    await acquire(lock);
    const applied = await source.runMigrations();
    return applied.map(({ name }) => name);
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
  }
}

async function firstOutstanding(source: DataSource): Promise<string | undefined> {
  const [table] = (await source.query(`select to_regclass('migrations') as found`)) as { found: string | null }[];
  const rows = table?.found == null ? [] : ((await source.query('select name from migrations')) as { name: string }[]);
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.map((Migration) => new Migration().name).find((name) => !applied.has(name));
}

/** A role that may use the tables need not be allowed to make any. */
function cureOfMigrating(error: unknown, user: string | undefined): string {
  switch (stateOf(error)) {
    case '42501':
      return `name the owner of the tables, or let the role create them (grant create, usage on schema public to ${user ?? 'it'})`;
    case '42P07':
      return 'name a database of its own: in this one, something else has a table of that name';
    case '55P03':
    case '57014':
      return 'see in pg_stat_activity who holds the lock, and migrate again once it is free; nothing was left half done';
    default:
      return cureOf(error);
  }
}

// By asking again, not by waiting: a statement that waits holds a snapshot, and an index that is built concurrently waits for
// every older snapshot, so that the two would wait for each other, unseen by the deadlock detector.
async function acquire(lock: QueryRunner): Promise<void> {
  for (;;) {
    const [row] = (await lock.query('select pg_try_advisory_lock($1) as locked', [MIGRATION_LOCK])) as { locked: boolean }[];
    if (row?.locked === true) return;
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
}
