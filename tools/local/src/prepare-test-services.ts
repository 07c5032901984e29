import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.ts';
import { ensureDatabase, queryOnce } from './ensure-database.ts';
import { migrate } from './migrate.ts';
import { projectRoot } from './project-root.ts';
import type { Context } from './run-command.ts';
import { startServices } from './start-services.ts';
import type { ServerVariables } from './start-services.ts';

/** Not MAIL_*: specs create and drop databases, and leave what somebody works with alone. */
const testVariables: ServerVariables = {
  postgresDsn: 'TEST_POSTGRES_DSN',
  redisAddr: 'TEST_REDIS_ADDR',
  redisPassword: 'TEST_REDIS_PASSWORD',
};
const TEMPLATE = 'mail_test_template';

export interface TestServices {
  /** What specs read. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same as JSON, for specs that are started by hand. */
  readonly file: string;
}

/** Databases of specs that were killed before they could drop them. */
async function dropLeftOvers(dsn: string): Promise<void> {
  const rows = await queryOnce<{ name: string }>(
    dsn,
    `select quote_ident(datname) as name from pg_database where not datistemplate and datname not in ('postgres', $1)`,
    [TEMPLATE],
  );
  for (const { name } of rows) await queryOnce(dsn, `drop database if exists ${name} with (force)`);
}

/** Builds, and starts PostgreSQL and Redis for specs: a template database with every migration applied, to be cloned by each spec file. */
export async function prepareTestServices(context: Context): Promise<TestServices> {
  const [{ postgres, redis }] = await Promise.all([startServices(context, testVariables), build(context)]);
  if (postgres.own) await dropLeftOvers(postgres.dsn);
  // Anew each time: a migration that is being written may have changed since.
  await queryOnce(postgres.dsn, `drop database if exists ${TEMPLATE} with (force)`);
  await migrate(context, await ensureDatabase(postgres.dsn, TEMPLATE));
  const folder = join(projectRoot, '.local');
  const file = join(folder, 'test-services.json');
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  const services = { postgresDsn: postgres.dsn, templateDatabase: TEMPLATE, redisAddr: redis.addr, redisPassword: redis.password };
  writeFileSync(file, `${JSON.stringify(services, null, 2)}\n`, { mode: 0o600 });
  process.once('exit', () => rmSync(file, { force: true }));
  return {
    file,
    environment: {
      TEST_POSTGRES_DSN: postgres.dsn,
      TEST_TEMPLATE_DATABASE: TEMPLATE,
      TEST_REDIS_ADDR: redis.addr,
      TEST_REDIS_PASSWORD: redis.password,
    },
  };
}
