import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export interface TestServices {
  /** The maintenance database of a real PostgreSQL. */
  readonly postgresDsn: string;
  /** A database with the newest schema, to clone. */
  readonly templateDatabase: string;
  readonly redisAddr: string;
  readonly redisPassword: string;
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** The services that `npm test` or `npm run services` started. */
export function testServices(): TestServices {
  const { TEST_POSTGRES_DSN, TEST_TEMPLATE_DATABASE, TEST_REDIS_ADDR, TEST_REDIS_PASSWORD } = process.env;
  if (TEST_POSTGRES_DSN !== undefined && TEST_TEMPLATE_DATABASE !== undefined && TEST_REDIS_ADDR !== undefined) {
    return {
      postgresDsn: TEST_POSTGRES_DSN,
      templateDatabase: TEST_TEMPLATE_DATABASE,
      redisAddr: TEST_REDIS_ADDR,
      redisPassword: TEST_REDIS_PASSWORD ?? '',
    };
  }
  try {
    return JSON.parse(readFileSync(join(ROOT, '.local', 'test-services.json'), 'utf8')) as TestServices;
  } catch {
    throw new Error('no PostgreSQL and Redis to test with: run `npm test`, or leave `npm run services` running beside');
  }
}

export interface TestDatabase {
  readonly dsn: string;
  /** A client for looking at rows, and for ageing them. */
  readonly client: pg.Client;
  /** `false` ends every connection but `client`, and refuses new ones: an outage, until `true`. */
  allowConnections(allowed: boolean): Promise<void>;
  drop(): Promise<void>;
}

/** A database of its own, with the newest schema: a clone, which takes some 50 ms. */
export async function testDatabase(): Promise<TestDatabase> {
  const { postgresDsn, templateDatabase } = testServices();
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const maintenance = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: postgresDsn });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await cloning(() => maintenance(`create database ${name} template ${templateDatabase}`));
  const url = new URL(postgresDsn);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return {
    dsn: url.href,
    client,
    async allowConnections(allowed) {
      await maintenance(`alter database ${name} allow_connections ${String(allowed)}`);
      if (allowed) return;
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    },
    async drop() {
      await client.end();
      await maintenance(`drop database ${name} with (force)`);
    },
  };
}

/** Two clones of one template cannot be made at once: PostgreSQL refuses the second (55006). */
async function cloning(clone: () => Promise<void>): Promise<void> {
  for (let left = 100; ; left -= 1) {
    try {
      return await clone();
    } catch (error) {
      if (left === 0 || (error as { code?: string }).code !== '55006') throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
