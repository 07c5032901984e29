import { writeFile } from 'node:fs/promises';
import { openClient, serverOf } from './pools.js';
import { dumpSchema } from './schema-dump.js';

// The command: writes the schema of MAIL_POSTGRES_PRIMARY_DSN, a database that is migrated, to migrations/schema.sql.
const dsn = process.env['MAIL_POSTGRES_PRIMARY_DSN'];
if (dsn === undefined || dsn === '') {
  console.error('MAIL_POSTGRES_PRIMARY_DSN is not set. Give a migrated database: postgres://user:password@host:5432/database');
  process.exit(78);
}

const client = await openClient(serverOf({ name: 'mail write-schema', operationTimeoutMs: 60_000, lockTimeoutMs: 60_000 }, dsn));
try {
  const file = new URL('../../../migrations/schema.sql', import.meta.url);
  await writeFile(file, await dumpSchema(client));
  console.log(`wrote ${file.pathname}`);
} finally {
  await client.end();
}
