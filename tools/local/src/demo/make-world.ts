import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { build } from '../build.ts';
import { asLibpq } from '../ensure-database.ts';
import { freePort } from '../free-port.ts';
import { migrate } from '../migrate.ts';
import type { Context } from '../run-command.ts';
import { secretsKeyOf } from '../secrets-key-of.ts';
import { startApps } from '../start-apps.ts';
import { startInbox } from '../start-inbox.ts';
import type { Inbox } from '../start-inbox.ts';
import { mailVariables, startServices } from '../start-services.ts';
import type { DemoOptions } from './demo-options.ts';
import type { DemoWorld } from './demo-world.ts';
import { hastySettings, SLOW_REPLY_MS } from './kill-in-turn.ts';
import { runDatabase } from './run-database.ts';
import { runStream } from './run-stream.ts';

async function inboxOf(context: Context, { kill, commands }: DemoOptions): Promise<Inbox | undefined> {
  if ((process.env['MAIL_SMTP_ADDR'] ?? '') !== '') return undefined;
  rmSync(join(context.folder, 'mails'), { recursive: true, force: true });
  return context.progress.step('Inbox', async (note) => {
    const inbox = await startInbox(context, { keep: 2 * commands + 1000, replyDelayMs: kill ? SLOW_REPLY_MS : 0 });
    note(inbox.url);
    return inbox;
  });
}

/** Starts everything for one run, with a database and a stream of its own, and sees to it that what is lent is given back at the end. */
export async function makeWorld(context: Context, options: DemoOptions): Promise<DemoWorld> {
  const run = `demo-${Date.now().toString(36)}`;
  const [services, inbox] = await Promise.all([startServices(context, mailVariables), inboxOf(context, options), build(context)]);
  const made = await runDatabase(services, run);
  await migrate(context, made.dsn);
  const { redis: redisAt } = services;
  const [host = '', port = ''] = redisAt.addr.split(/:(?=\d+$)/);
  const redis = new Redis({
    host,
    port: Number(port),
    ...(redisAt.password === '' ? {} : { password: redisAt.password }),
    disableClientInfo: true,
  });
  const { stream, releaseStream } = await runStream(redis, redisAt.own, run);
  const httpAddr = `127.0.0.1:${await freePort()}`;
  const surroundings = {
    postgresDsn: made.dsn,
    redisAddr: redisAt.addr,
    redisPassword: redisAt.password,
    smtpAddr: inbox?.addr ?? process.env['MAIL_SMTP_ADDR'] ?? '',
    httpAddr,
    settings: {
      ...secretsKeyOf(context.folder, services.postgres),
      MAIL_SMTP_MODE: 'smtp',
      MAIL_REDIS_COMMAND_STREAM: stream,
      ...(options.notify ? {} : { MAIL_POSTGRES_NOTIFY_ENABLED: 'false' }),
      ...(options.kill ? hastySettings : {}),
    },
  };
  const apps = await startApps(context, surroundings);
  context.progress.line(`  Console: http://${httpAddr}/console/, as long as the demo runs`);
  const database = new pg.Client({ connectionString: asLibpq(made.dsn) });
  await database.connect();
  context.atEnd(async () => {
    await Promise.all([...apps.values()].map(({ process }) => process.stop()));
    await database.end();
    await releaseStream();
    await made.release();
    redis.disconnect();
  });
  return { context, options, run, stream, api: `http://${httpAddr}`, database, redis, inbox, surroundings, apps };
}
