import { migrateSchema } from './migrate-schema.js';

// The command: brings the schema of MAIL_POSTGRES_PRIMARY_DSN up to date.
const dsn = process.env['MAIL_POSTGRES_PRIMARY_DSN'];
if (dsn === undefined || dsn === '') {
  console.error('MAIL_POSTGRES_PRIMARY_DSN is not set. Give the database to migrate: postgres://user:password@host:5432/database');
  process.exit(78);
}

const migrated = await migrateSchema(dsn);
if (!migrated.reached) {
  console.error(`PostgreSQL cannot be reached: ${migrated.reason}. Check MAIL_POSTGRES_PRIMARY_DSN.`);
  process.exit(69);
}
const { applied } = migrated;
for (const name of applied) console.log(`applied ${name}`);
console.log(applied.length === 0 ? 'The schema is up to date.' : `The schema is up to date: ${applied.length} migration(s) applied.`);
