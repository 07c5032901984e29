import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apps as appNames } from './app-environment.ts';
import { awaitOutcomes } from './demo/await-outcomes.ts';
import type { DemoWorld } from './demo/demo-world.ts';
import { hastySettings, sendWhileKilling, SLOW_REPLY_MS } from './demo/kill-in-turn.ts';
import { askedOf, loginCodes, sendLoginCode } from './demo/login-code.ts';
import { deliveryOutcomes, openAttempts, refusedCommands, streamCounts } from './demo/outcomes.ts';
import { receivedMails } from './demo/received-mail.ts';
import { timeline } from './demo/timeline.ts';
import { traffic } from './demo/traffic.ts';
import { verifyMails } from './demo/verify-mails.ts';
import { verifyOutcomes } from './demo/verify-outcomes.ts';
import { databaseDsn, queryOnce } from './ensure-database.ts';
import { freePort } from './free-port.ts';
import { keepProcesses } from './kept-processes.ts';
import type { Progress } from './progress.ts';
import { projectRoot } from './project-root.ts';
import type { Context } from './run-command.ts';
import { secretsKeyOf } from './secrets-key-of.ts';
import { startApps } from './start-apps.ts';
import { startInbox } from './start-inbox.ts';
import { Trouble } from './trouble.ts';

interface TestServices {
  readonly postgresDsn: string;
  readonly templateDatabase: string;
  readonly redisAddr: string;
  readonly redisPassword: string;
}

/** Left by `npm test` and `npm run services`, which also have built the processes. */
function testServices(): TestServices {
  const { TEST_POSTGRES_DSN, TEST_TEMPLATE_DATABASE, TEST_REDIS_ADDR, TEST_REDIS_PASSWORD } = process.env;
  if (TEST_POSTGRES_DSN === undefined || TEST_TEMPLATE_DATABASE === undefined || TEST_REDIS_ADDR === undefined) {
    return JSON.parse(readFileSync(join(projectRoot, '.local', 'test-services.json'), 'utf8')) as TestServices;
  }
  return {
    postgresDsn: TEST_POSTGRES_DSN,
    templateDatabase: TEST_TEMPLATE_DATABASE,
    redisAddr: TEST_REDIS_ADDR,
    redisPassword: TEST_REDIS_PASSWORD ?? '',
  };
}

const silent: Progress = { step: (_title, work) => work(() => {}), line: () => {}, status: () => {}, abandonSteps: () => {} };

describe('the five built processes', { timeout: 180_000 }, () => {
  const run = `e2e-${Date.now().toString(36)}`;
  const name = run.replaceAll('-', '_');
  const services = testServices();
  let world: DemoWorld;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'end-to-end-'));
    const processes = await keepProcesses(folder, () => new Trouble('busy', 'wait'));
    const context: Context = {
      state: { path: folder },
      folder,
      logFile: (file) => join(folder, `${file}.log`),
      processes,
      progress: silent,
      atEnd: () => {},
      interrupted: new AbortController().signal,
    };
    await queryOnce(services.postgresDsn, `create database ${name} template ${services.templateDatabase}`);
    const postgresDsn = databaseDsn(services.postgresDsn, name);
    const [host = '', port = ''] = services.redisAddr.split(/:(?=\d+$)/);
    const redis = new Redis({ host, port: Number(port), password: services.redisPassword });
    const inbox = await startInbox(context, { keep: 1000, replyDelayMs: SLOW_REPLY_MS });
    const stream = `mail:${run}`;
    const httpAddr = `127.0.0.1:${await freePort()}`;
    const surroundings = {
      postgresDsn,
      redisAddr: services.redisAddr,
      redisPassword: services.redisPassword,
      smtpAddr: inbox.addr,
      httpAddr,
      settings: { ...secretsKeyOf(folder, { own: true }), MAIL_REDIS_COMMAND_STREAM: stream, ...hastySettings },
    };
    const apps = await startApps(context, surroundings);
    const database = new pg.Client({ connectionString: postgresDsn });
    await database.connect();
    const options = { commands: 100, kill: true, notify: true };
    world = { context, options, run, stream, api: `http://${httpAddr}`, database, redis, inbox, surroundings, apps };
  }, 120_000);

  afterAll(async () => {
    await world.context.processes.stopAll();
    await world.database.end();
    await world.redis.del(world.stream);
    world.redis.disconnect();
    await queryOnce(services.postgresDsn, `drop database ${name} with (force)`);
    rmSync(folder, { recursive: true, force: true });
  });

  it('send what comes through both doors exactly as asked, though each of them is killed in the middle of it', async () => {
    const sent = traffic(run, world.options.commands);
    const logins = loginCodes(run, 10);
    const asked = [...logins.map(askedOf), ...sent.asked];
    const answers = await sendWhileKilling(world, sent.entries, logins);
    await awaitOutcomes(world, { entries: sent.entries.length, deliveries: asked.length });

    const deliveries = await deliveryOutcomes(world.database, run);
    const refused = await refusedCommands(world.database, world.stream);
    const stream = await streamCounts(world.database, world.stream);
    expect(verifyOutcomes(asked, sent, { deliveries, refused, stream, open: await openAttempts(world.database) })).toEqual([]);
    if (world.inbox === undefined) throw new Error('There is no inbox.');
    const verdict = verifyMails(asked, deliveries, await receivedMails(world.inbox, () => {}));
    expect(verdict.faults).toEqual([]);

    const again = await Promise.all(logins.map((login) => sendLoginCode(world.api, login)));
    expect(again).toEqual(answers.map(({ deliveryId }) => ({ deliveryId, replayed: true })));
    const story = await timeline(world.api, answers[0]?.deliveryId ?? '');
    expect(story.at(-1)).toContain('sent (provider_accepted)');
  });

  it('end by themselves on SIGTERM, with exit code 0', async () => {
    const exits = await Promise.all(appNames.map((app) => world.apps.get(app)?.process.stop()));
    expect(exits).toEqual(appNames.map(() => ({ code: 0, signal: null })));
  });
});
