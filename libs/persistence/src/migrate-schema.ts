import type { QueryRunner } from 'typeorm';
import { dataSource } from './entities/data-source.js';

const MIGRATION_LOCK = 0x6d61696c; // 'mail'
const LOCK_POLL_MS = 100;
// A migration may build an index for hours; waiting for a lock is what migrations bound, by lock_timeout.
const UNBOUNDED_MS = 24 * 60 * 60 * 1000;

export type MigratedSchema =
  { readonly reached: true; readonly applied: readonly string[] } | { readonly reached: false; readonly reason: string };

/**
 * Brings the schema up to date, and tells which migrations that took. Safe when several run at once: the second waits, and
 * finds nothing to do. Throws when a migration fails; it is then as if it had not begun.
 */
export async function migrateSchema(primaryDsn: string): Promise<MigratedSchema> {
  const source = dataSource({
    name: 'mail migrate',
    primaryDsn,
    replicaDsns: [],
    operationTimeoutMs: UNBOUNDED_MS,
    lockTimeoutMs: UNBOUNDED_MS,
    maxOpenConns: 2,
    maxIdleConns: 2,
    connMaxLifetimeMs: UNBOUNDED_MS,
    onPoolError: (error) => console.error(String(error)),
  });
  try {
    await source.initialize();
  } catch (error) {
    return { reached: false, reason: error instanceof Error ? error.message : String(error) };
  }
  try {
    const lock = source.createQueryRunner();
    await acquire(lock);
    try {
      const applied = await source.runMigrations();
      return { reached: true, applied: applied.map(({ name }) => name) };
    } finally {
      await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lock.release();
    }
  } finally {
    await source.destroy();
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
