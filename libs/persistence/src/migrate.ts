import { dataSource } from './database.js';

// Brings the schema of MAIL_POSTGRES_PRIMARY_DSN up to date. Safe when several run at once: the second waits, and finds nothing to do.
const MIGRATION_LOCK = 0x6d61696c; // 'mail'

const dsn = process.env['MAIL_POSTGRES_PRIMARY_DSN'];
if (dsn === undefined || dsn === '') {
  console.error('MAIL_POSTGRES_PRIMARY_DSN is not set. Give the database to migrate: postgres://user:password@host:5432/database');
  process.exit(78);
}

const source = dataSource({
  name: 'mail migrate',
  primaryDsn: dsn,
  replicaDsns: [],
  // A migration may build an index for hours; waiting for a lock is what migrations bound, by lock_timeout.
  operationTimeoutMs: 24 * 60 * 60 * 1000,
  maxOpenConns: 2,
  maxIdleConns: 2,
  connMaxLifetimeMs: 24 * 60 * 60 * 1000,
  onPoolError: (error) => console.error(String(error)),
});
try {
  await source.initialize();
} catch (error) {
  console.error(
    `PostgreSQL cannot be reached: ${error instanceof Error ? error.message : String(error)}. Check MAIL_POSTGRES_PRIMARY_DSN.`,
  );
  process.exit(69);
}
const lock = source.createQueryRunner();
await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
try {
  const applied = await source.runMigrations();
  for (const { name } of applied) console.log(`applied ${name}`);
  console.log(applied.length === 0 ? 'The schema is up to date.' : `The schema is up to date: ${applied.length} migration(s) applied.`);
} finally {
  await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  await lock.release();
  await source.destroy();
}
