import { readDsn } from './connection/read-dsn.js';
import { migrateSchema } from './migrate-schema.js';

// The command: brings the schema of MAIL_POSTGRES_PRIMARY_DSN up to date. Exit codes as of the processes (docs/operations.md).

const VARIABLE = 'MAIL_POSTGRES_PRIMARY_DSN';

function fail(exitCode: 78 | 69, text: string): never {
  console.error(text);
  process.exit(exitCode);
}

const dsn = process.env[VARIABLE] ?? '';
if (dsn === '') fail(78, `${VARIABLE} is not set. Give the database to migrate: postgres://user:password@host:5432/database`);
const reading = readDsn(dsn);
if (!reading.ok) fail(78, `${VARIABLE} has a value (not shown) that is not valid: ${reading.fault}.`);

const { user, host, port, database } = reading.connection;
const migrated = await migrateSchema(dsn, {
  production: process.env['NODE_ENV'] === 'production',
  onWarning: (warning) => console.warn(warning),
});
if (!migrated.migrated) {
  const place = `${host}:${port}/${database} as ${user ?? 'no user'}`;
  fail(69, `PostgreSQL (${VARIABLE}, ${place}) cannot be migrated: ${migrated.reason}; ${migrated.cure}, and migrate again.`);
}
const { applied } = migrated;
for (const name of applied) console.log(`applied ${name}`);
console.log(applied.length === 0 ? 'The schema is up to date.' : `The schema is up to date: ${applied.length} migration(s) applied.`);
