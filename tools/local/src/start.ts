// `npm start`: everything, on this machine, until Ctrl-C.
import { build } from './build.ts';
import { ensureDatabase, queryOnce } from './ensure-database.ts';
import { freePort } from './free-port.ts';
import { migrate } from './migrate.ts';
import { runCommand } from './run-command.ts';
import type { Context } from './run-command.ts';
import { runName } from './run-name.ts';
import { secretsKeyOf } from './secrets-key-of.ts';
import { startApps } from './start-apps.ts';
import { startInbox } from './start-inbox.ts';
import { mailVariables, startServices } from './start-services.ts';
import type { Services } from './start-services.ts';
import { Trouble } from './trouble.ts';
import { tryLines } from './try-lines.ts';

const STATUS_EVERY_MS = 2000;
const KEPT_MAILS = 20_000;

async function startSmtp(context: Context): Promise<{ addr: string; page: string }> {
  const addr = process.env['MAIL_SMTP_ADDR'];
  if (addr !== undefined && addr !== '') {
    context.progress.line(`✓ SMTP: the server of MAIL_SMTP_ADDR, ${addr}`);
    return { addr, page: `none: mail goes to ${addr}` };
  }
  return context.progress.step('Inbox', async (note) => {
    const inbox = await startInbox(context, { ports: { smtp: 1025, web: 8025 }, keep: KEPT_MAILS });
    note(inbox.url);
    return { addr: inbox.addr, page: inbox.url };
  });
}

/** The database: the one that was given, or `mail` of our own server. */
async function database({ postgres }: Services): Promise<string> {
  return postgres.own ? ensureDatabase(postgres.dsn, 'mail') : postgres.dsn;
}

function checkArguments(args: readonly string[]): void {
  const isKnown = args.length === 0 || (args.length === 2 && runName('start', args) !== 'start');
  if (!isKnown) throw new Trouble(`\`${args.join(' ')}\` is not understood.`, 'npm start -- --help shows what there is.');
}

await runCommand(runName('start'), async (context) => {
  const { progress, processes } = context;
  checkArguments(process.argv.slice(2));
  const [services, smtp] = await Promise.all([startServices(context, mailVariables), startSmtp(context), build(context)]);
  const dsn = await database(services);
  await migrate(context, dsn);
  const httpAddr = `127.0.0.1:${await freePort(8080)}`;
  const running = await startApps(context, {
    postgresDsn: dsn,
    redisAddr: services.redis.addr,
    redisPassword: services.redis.password,
    smtpAddr: smtp.addr,
    httpAddr,
    settings: secretsKeyOf(context.folder, services.postgres),
  });
  for (const line of tryLines({ api: `http://${httpAddr}`, inbox: smtp.page, dsn, redis: services.redis, logs: context.logFile('*') })) {
    progress.line(line);
  }
  processes.announce([`Console  http://${httpAddr}/console/`, `Inbox    ${smtp.page}`, `Logs     ${context.logFile('*')}`]);
  const lost = Promise.withResolvers<number>();
  for (const [app, { process }] of running) {
    void process.exited.then(({ code, signal }) => {
      if (context.interrupted.aborted) return;
      progress.line(`✗ ${app} ended by itself (${signal ?? `exit ${code}`}); its log: ${context.logFile(app)}`);
      lost.resolve(1);
    });
  }
  const status = setInterval(() => {
    queryOnce<{ status: string; count: string }>(dsn, 'select status, count(*) from deliveries group by 1 order by 2 desc').then(
      (rows) =>
        progress.status(
          `  deliveries: ${rows.map(({ status, count }) => `${count} ${status}`).join(', ') || 'none yet'}  (Ctrl-C ends everything)`,
        ),
      () => progress.status('  the database does not answer'),
    );
  }, STATUS_EVERY_MS);
  return lost.promise.finally(() => clearInterval(status));
});
