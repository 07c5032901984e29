import { join } from 'node:path';
import pg from 'pg';
import { findPgbouncer } from '@mail/local/pgbouncer/find-pgbouncer';
import { startPgbouncer } from '@mail/local/pgbouncer/start-pgbouncer';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { apps as all } from '../world/mail-apps.ts';
import type { App } from '../world/mail-apps.ts';
import { expectNoneEnds, untilEnded, untilRefused } from './postgres-parts.ts';

const ROLE = 'faults_foreign';
const PASSWORD = 'foreign';
const EXIT_SERVICE_DOWN = 69;

/** What somebody may have set for a role: each breaks what depends on the default. */
const FOREIGN = {
  datestyle: 'German',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kolkata',
  client_encoding: 'LATIN1',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  synchronous_commit: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  statement_timeout: '150ms',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '100ms',
  idle_session_timeout: '5s',
  array_nulls: 'off',
  plan_cache_mode: 'force_custom_plan',
  enable_indexscan: 'off',
  enable_nestloop: 'off',
  work_mem: '64kB',
};

/** A role that may do what the service does, and no more, with settings of somebody else's. */
async function makeRole({ world }: Stage): Promise<void> {
  const known = await world.query('select 1 from pg_roles where rolname = $1', [ROLE]);
  if (known.length === 0) await world.query(`create role ${ROLE} login password '${PASSWORD}'`);
  await world.query(`grant all on all tables in schema public to ${ROLE}`);
  await world.query(`grant all on all sequences in schema public to ${ROLE}`);
  for (const [name, value] of Object.entries(FOREIGN)) await world.query(`alter role ${ROLE} set ${name} = '${value}'`);
  await world.query(`alter role ${ROLE} set search_path = nowhere`);
}

/** Restarts all five, each with a DSN of its own. */
async function restartAll({ world }: Stage, dsnOf: (app: App) => string): Promise<void> {
  await Promise.all(all.map((app) => world.apps.restart(app, { MAIL_POSTGRES_PRIMARY_DSN: dsnOf(app) })));
}

async function readable({ world }: Stage): Promise<boolean> {
  const response = await fetch(`${world.api}/api/v1/internal/deliveries?limit=1`);
  const { items } = (await response.json()) as { items?: { created_at: string }[] };
  return response.status === 200 && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(items?.[0]?.created_at ?? '');
}

export const postgresSessions: readonly Scenario[] = [
  {
    id: 'postgres-foreign-settings',
    component: 'PostgreSQL',
    fault: 'A role with other settings (DateStyle, time-outs, synchronous_commit off …), and a crash',
    async run(stage) {
      const { postgres, dsn, toPostgres } = stage.world;
      await makeRole(stage);
      await restartAll(stage, (app) => {
        const url = new URL(dsn);
        [url.username, url.password, url.port] = [ROLE, PASSWORD, String(toPostgres.get(app)?.port)];
        return url.href;
      });
      const noneEnded = expectNoneEnds(stage);
      await untilEnded(stage, await stage.send(20));
      stage.check(await readable(stage), 'deliveries cannot be read');
      // Whatever was acknowledged in the last moment is there after it.
      const traffic = stage.traffic(40);
      const before = stage.commands.length;
      await stage.until('there is traffic', () => stage.commands.length > before + 40);
      await postgres.stop('immediate');
      stage.faulted();
      await postgres.start();
      await traffic.stop();
      await stage.settled();
      noneEnded();
    },
  },
  {
    id: 'postgres-behind-pooler',
    component: 'PostgreSQL',
    fault: 'Behind PgBouncer in session mode: a table locked, connections ended; in transaction mode',
    async run(stage) {
      const { context, dsn, query, apps } = stage.world;
      const program = await findPgbouncer(join(context.state.path, 'pgbouncer'));
      if (typeof program === 'string') return stage.skip(`there is no PgBouncer: ${program}`);
      const files = { ...context, folder: join(context.folder, 'pgbouncer'), logFile: context.logFile('pgbouncer') };
      const settings = {
        default_pool_size: '60',
        ignore_startup_parameters: 'options,statement_timeout,idle_in_transaction_session_timeout',
      };
      const session = await startPgbouncer(program, { dsn, poolMode: 'session', settings }, files);
      const transaction = await startPgbouncer(program, { dsn, poolMode: 'transaction', settings }, files);
      try {
        await restartAll(stage, () => session.dsn);
        const noneEnded = expectNoneEnds(stage);
        const traffic = stage.traffic(20);
        await stage.until('there is traffic', async () => (await stage.stored()) >= 20);

        stage.faulted();
        const holder = new pg.Client({ connectionString: dsn });
        await holder.connect();
        await holder.query('begin; lock table deliveries in share row exclusive mode');
        await untilRefused(stage);
        await stage.until('no statement outlives its bound', async () => {
          const waiting = await query(
            `select 1 from pg_stat_activity where application_name = 'mail intake-api' and state = 'active' and query_start < now() - interval '3500 ms'`,
          );
          return waiting.length === 0;
        });
        await holder.query('commit');
        await holder.end();
        await query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'mail %'`,
        );
        await traffic.stop();
        await untilEnded(stage, await stage.send(10));
        noneEnded();
        stage.check(await readable(stage), 'deliveries cannot be read');

        for (const app of all) {
          await apps.get(app).stop();
          const { code } = await apps.runToEnd(app, { MAIL_POSTGRES_PRIMARY_DSN: transaction.dsn });
          stage.check(code === EXIT_SERVICE_DOWN, `${app} ended with ${String(code)} before a pooler in transaction mode`);
        }
        await apps.makeWhole(new Set());
      } finally {
        await Promise.all([session.process.stop(), transaction.process.stop()]);
      }
    },
  },
];
