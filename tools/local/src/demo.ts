// `npm run demo`: mail through all five processes, and a check of everything that comes out.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { build } from './build.ts';
import { addEntries } from './demo/add-entries.ts';
import { awaitOutcomes } from './demo/await-outcomes.ts';
import { demoOptions } from './demo/demo-options.ts';
import type { DemoOptions } from './demo/demo-options.ts';
import type { DemoWorld } from './demo/demo-world.ts';
import { hastySettings, sendWhileKilling, SLOW_REPLY_MS } from './demo/kill-in-turn.ts';
import { askedOf, sendLoginCode } from './demo/login-code.ts';
import type { LoginAnswer, LoginCode } from './demo/login-code.ts';
import { printProcesses } from './demo/print-report.ts';
import { runDatabase } from './demo/run-database.ts';
import { runStream } from './demo/run-stream.ts';
import { traffic } from './demo/traffic.ts';
import { verifyRun } from './demo/verify-run.ts';
import { freePort } from './free-port.ts';
import { migrate } from './migrate.ts';
import { runCommand } from './run-command.ts';
import type { Context } from './run-command.ts';
import { startApps } from './start-apps.ts';
import { startInbox } from './start-inbox.ts';
import type { Inbox } from './start-inbox.ts';
import { mailVariables, startServices } from './start-services.ts';

async function inboxOf(context: Context, { kill, commands }: DemoOptions): Promise<Inbox | undefined> {
  if ((process.env['MAIL_SMTP_ADDR'] ?? '') !== '') return undefined;
  rmSync(join(context.folder, 'mails'), { recursive: true, force: true });
  return context.progress.step('Inbox', async (note) => {
    const inbox = await startInbox(context, { keep: 2 * commands + 1000, replyDelayMs: kill ? SLOW_REPLY_MS : 0 });
    note(inbox.url);
    return inbox;
  });
}

function loginCodes(run: string, count: number): LoginCode[] {
  return Array.from({ length: count }, (_, n) => ({
    idempotencyKey: `${run}-login-${n}`,
    email: `login-${n}@players.example`,
    code: String(481_516 + n * 2342),
    locale: ['de-AT', 'en', 'fr'][n % 3] ?? 'en',
  }));
}

async function makeWorld(context: Context, options: DemoOptions): Promise<DemoWorld & { release: () => Promise<void> }> {
  const run = `demo-${Date.now().toString(36)}`;
  const services = await startServices(context, mailVariables);
  const inbox = await inboxOf(context, options);
  await build(context);
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
      MAIL_SMTP_MODE: 'smtp',
      MAIL_REDIS_COMMAND_STREAM: stream,
      ...(options.notify ? {} : { MAIL_POSTGRES_NOTIFY_ENABLED: 'false' }),
      ...(options.kill ? hastySettings : {}),
    },
  };
  const apps = await startApps(context, surroundings);
  const database = new pg.Client({ connectionString: made.dsn });
  await database.connect();
  const release = async (): Promise<void> => {
    await releaseStream();
    await database.end();
    for (const { process } of apps.values()) await process.stop();
    await made.release();
    redis.disconnect();
  };
  return { context, options, run, stream, api: `http://${httpAddr}`, database, redis, inbox, surroundings, apps, release };
}

const options = demoOptions(process.argv.slice(2));

await runCommand('demo', async (context) => {
  const { progress } = context;
  const world = await makeWorld(context, options);
  const { run, api, redis, stream, database, apps } = world;
  const sent = traffic(run, options.commands);
  const logins = loginCodes(run, options.kill ? 15 : 1);
  const asked = [...logins.map(askedOf), ...sent.asked];

  const beganMs = performance.now();
  let answers: LoginAnswer[];
  if (options.kill) {
    answers = await sendWhileKilling(world, sent.entries, logins);
  } else {
    answers = await progress.step(
      `Traffic: ${logins.length} login code over HTTP, ${sent.entries.length} commands over the stream`,
      async () => {
        const coded = await Promise.all(logins.map((login) => sendLoginCode(api, login)));
        await addEntries(redis, stream, sent.entries);
        return coded;
      },
    );
  }
  await awaitOutcomes(world, { entries: sent.entries.length, deliveries: asked.length });
  const tookMs = performance.now() - beganMs;

  // Asked once more, now that it has ended: the same answer, and no second mail.
  const again = await Promise.all(logins.map((login) => sendLoginCode(api, login)));
  const faults = again.flatMap(({ deliveryId, replayed }, index) =>
    replayed && deliveryId === answers[index]?.deliveryId ? [] : [`the login code ${index} asked for again is not answered as a replay`],
  );
  for (const [app, { process }] of apps)
    void process.exited.then(() => context.interrupted.aborted || faults.push(`${app} ended by itself`));
  faults.push(...(await verifyRun(world, asked, sent)));
  printProcesses(progress, apps);
  progress.line();
  progress.line(
    `  ${asked.length} deliveries in ${(tookMs / 1000).toFixed(1)} s: ${(asked.length / (tookMs / 1000)).toFixed(0)} a second, from the first command to the last outcome`,
  );
  await database.query('select 1');
  await world.release();

  progress.line();
  if (faults.length === 0) {
    progress.line('✓ Everything is as it must be.');
    return 0;
  }
  progress.line(`✗ ${faults.length} things are not as they must be:`);
  for (const fault of faults.slice(0, 40)) progress.line(`  - ${fault}`);
  if (faults.length > 40) progress.line(`  … and ${faults.length - 40} more`);
  progress.line(`  The logs of the processes: ${context.logFile('*')}`);
  return 1;
});
