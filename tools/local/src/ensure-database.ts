import pg from 'pg';

/** The DSN of another database of the same server. */
export function databaseDsn(dsn: string, database: string): string {
  const url = new URL(dsn);
  url.pathname = `/${database}`;
  return url.href;
}

/** The DSN for the driver of these commands, which else takes `sslmode=require` for `verify-full`, and warns: the service reads it as libpq does. */
export function asLibpq(dsn: string): string {
  const url = new URL(dsn);
  url.searchParams.set('uselibpqcompat', 'true');
  return url.href;
}

/** Runs a query on a connection of its own. */
export async function queryOnce<Row extends pg.QueryResultRow>(dsn: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: asLibpq(dsn), connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Creates the database where it is missing, and answers its DSN. The name goes into SQL: letters, digits and `_` only. */
export async function ensureDatabase(dsn: string, database: string): Promise<string> {
  const present = await queryOnce(dsn, 'select 1 from pg_database where datname = $1', [database]);
  if (present.length === 0) await queryOnce(dsn, `create database ${database}`);
  return databaseDsn(dsn, database);
}
