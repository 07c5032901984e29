import { join } from 'node:path';
import { findPgbouncer, type PgbouncerProgram } from '@mail/local/pgbouncer/find-pgbouncer';
import { startPgbouncer, type Pgbouncer, type PgbouncerOptions } from '@mail/local/pgbouncer/start-pgbouncer';
import { projectRoot } from '@mail/local/project-root';
import { chooseStateFolder } from '@mail/local/state-folder';
import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS, mailProcess, type App } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { ownServers, type OwnServers } from './own-servers.js';

const program = await findPgbouncer(join(chooseStateFolder(projectRoot).path, 'pgbouncer'));

describe.skipIf(typeof program === 'string')('behind PgBouncer', () => {
  let own: OwnServers;
  let system: MailSystem;
  beforeAll(async () => {
    own = await ownServers();
    system = await startMailSystem([]);
  });
  afterAll(async () => {
    await system.stop();
    await own.end();
  });

  const pooled = (poolMode: PgbouncerOptions['poolMode'], settings: Record<string, string> = {}): Promise<Pgbouncer> =>
    startPgbouncer(program as PgbouncerProgram, { dsn: system.database.dsn, poolMode, settings }, own);

  const send = (name: string) => {
    const content = { mode: 'rendered', subject: 's', text: 't' };
    return system.post('deliveries', name, { source: 'shop', to: [`${name}@example.com`], content });
  };

  it.each([
    ['as it comes', {}],
    [
      'told to ignore start-up parameters',
      { ignore_startup_parameters: 'extra_float_digits,options,statement_timeout,idle_in_transaction_session_timeout' },
    ],
  ])(
    'in session mode, %s, the five processes work, and a statement is bounded',
    async (_name, settings) => {
      const { dsn, process: pooler } = await pooled('session', settings);
      const started = await Promise.all(
        APPS.map((app) => system.start(app, { MAIL_POSTGRES_PRIMARY_DSN: dsn, MAIL_POSTGRES_OPERATION_TIMEOUT: '2s' })),
      );
      const name = `through-${pooler.pid}`;
      expect((await send(name)).status).toBe(202);
      const { client } = system.database;
      await eventually('it is sent', async () => {
        const { rows } = await client.query('select 1 from deliveries where idempotency_key = $1 and status = $2', [name, 'sent']);
        return rows.length === 1;
      });

      await client.query('begin; lock table deliveries in access exclusive mode');
      const refused = await send(`${name}-late`);
      const { rows: waiting } = await client.query(
        `select 1 from pg_stat_activity where datname = current_database() and application_name = 'mail intake-api' and wait_event_type = 'Lock'`,
      );
      await client.query('commit');
      expect(refused.status).toBe(503);
      expect(waiting).toEqual([]);
      const { rows: stored } = await client.query('select 1 from deliveries where idempotency_key = $1', [`${name}-late`]);
      expect(stored).toEqual([]);

      for (const one of started) one.kill('SIGTERM');
      expect(await Promise.all(started.map(({ exited }) => exited))).toEqual(started.map(() => 0));
      await pooler.stop();
    },
    120_000,
  );

  it.each(APPS)('in transaction mode, %s refuses to start, and names the cure', { timeout: 90_000 }, async (app) => {
    const { dsn, process: pooler } = await pooled('transaction');
    await refuses(app, dsn);
    await pooler.stop();
  });

  it.each([
    ['transaction', 'with one connection', { default_pool_size: '1' }],
    ['transaction', 'that hands them out in turn', { server_round_robin: '1', min_pool_size: '3' }],
    ['statement', 'as it comes', {}],
  ] as const)('in %s mode, %s, a process refuses to start', { timeout: 90_000 }, async (poolMode, _name, settings) => {
    const { dsn, process: pooler } = await pooled(poolMode, settings);
    await refuses('scheduler', dsn);
    await pooler.stop();
  });

  const refuses = async (app: App, dsn: string): Promise<void> => {
    const failed = mailProcess(app, { ...system.env, MAIL_POSTGRES_PRIMARY_DSN: dsn });
    expect(await failed.exited).toBe(69);
    expect(failed.output()).toMatch(/PostgreSQL \(MAIL_POSTGRES_PRIMARY_DSN, .*transaction or statement mode.*set pool_mode = session/);
  };
});
