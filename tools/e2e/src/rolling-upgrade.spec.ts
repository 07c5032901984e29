import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { APPS, mailProcess, type App, type MailProcess } from './mail-process.js';
import { freePort, startMailSystem, type MailSystem } from './mail-system.js';
import { nextRelease, type NextRelease } from './next-release.js';
import { PATIENT } from './patient.js';
import { steadyTraffic, type SteadyTraffic } from './steady-traffic.js';

const TEMPLATE = 'notification.generic';
/** Enough tries to see the whole upgrade through, on a slow machine too. */
const TRY_AGAIN_OFTEN = Array.from({ length: 50 }, () => '5s').join(',');
/** sysexits.h: what it needs is not there yet. */
const UNAVAILABLE = 69;

let sink: SmtpSink;
let system: MailSystem;
let next: NextRelease;
let traffic: SteadyTraffic;
/** What the server says to `held-…` until it is let go. */
let holding = true;

beforeAll(async () => {
  next = nextRelease(TEMPLATE);
  sink = await startSmtpSink({
    final: ({ recipients }) => (holding && recipients[0]?.startsWith('held-') ? '451 4.3.0 not now' : null),
  });
  system = await startMailSystem(APPS, { sink, env: { ...PATIENT, MAIL_RETRY_SCHEDULE: TRY_AGAIN_OFTEN, MAIL_STREAM_LEASE_TTL: '5s' } });
  traffic = steadyTraffic(system, TEMPLATE, 100);
}, 180_000);
afterAll(async () => {
  await traffic.stop().catch(() => {});
  await system.stop();
  await sink.close();
  next.remove();
});

const arrived = (key: string) => sink.messages.filter(({ recipients }) => recipients[0] === `${key}@example.com`);
const workerOf = (worker: MailProcess | undefined): unknown => worker?.log.find(({ event }) => event === 'started')?.['worker_id'];
const sentBy = async (key: string): Promise<string[]> => {
  const { rows } = await system.database.client.query<{ worker_id: string }>(
    'select a.worker_id from attempts a join deliveries d using (delivery_id) where d.idempotency_key = $1 and a.worker_id is not null order by a.number',
    [key],
  );
  return rows.map(({ worker_id }) => worker_id);
};

/** The new one comes up beside the old, and then the old one goes. */
async function roll(app: App, env: Readonly<Record<string, string>> = {}): Promise<{ old: MailProcess | undefined }> {
  const old = system.processes.get(app);
  await system.start(app, env, next.root);
  old?.kill('SIGTERM');
  expect(await old?.exited, app).toBe(0);
  return { old };
}

it('a release with a new migration and a changed template takes over under load: nothing is lost, no mail changes', async () => {
  const oldWorker = workerOf(system.processes.get('attempt-worker'));
  await traffic.hand('held-http', 'http');
  await traffic.hand('held-stream', 'stream');
  await eventually('the server has put both off once', () => arrived('held-http').length > 0 && arrived('held-stream').length > 0, 60_000);

  // A pod of the new release that comes before the migration.
  const early = mailProcess('scheduler', { ...system.env }, next.root);
  expect(await early.exited, early.output()).toBe(UNAVAILABLE);

  const migrate = join(next.root, 'libs', 'persistence', 'dist', 'migrate.js');
  const env = { MAIL_POSTGRES_PRIMARY_DSN: system.database.dsn };
  const { stdout } = await promisify(execFile)(process.execPath, [migrate], { env, cwd: next.root });
  expect(stdout).toContain(`applied ${next.migration}`);
  await traffic.hand('old-after-migration', 'http');
  await eventually('the release before goes on, on the schema of the new one', () => arrived('old-after-migration').length > 0, 60_000);

  const port = await freePort();
  traffic.urls = [system.url, `http://127.0.0.1:${port}`];
  await roll('intake-api', { MAIL_INTERNAL_HTTP_ADDR: `127.0.0.1:${port}` });
  await traffic.hand('new-sent-by-old', 'http');
  await eventually('the old worker sends what the new intake took', () => arrived('new-sent-by-old').length > 0, 60_000);

  await roll('stream-consumer');
  await traffic.hand('new-by-stream', 'stream');
  await roll('scheduler');
  await roll('attempt-worker');
  await roll('retention-job');
  const newWorker = workerOf(system.processes.get('attempt-worker'));
  const before = { http: arrived('held-http').length, stream: arrived('held-stream').length };
  await eventually(
    'the new worker tries what the old one began',
    () => arrived('held-http').length > before.http && arrived('held-stream').length > before.stream,
    60_000,
  );
  holding = false;
  await traffic.stop();

  const { length: handed } = traffic.keys;
  await eventually(
    'everything is sent',
    async () => {
      const { rows } = await system.database.client.query<{ sent: number }>(
        `select count(*)::int as sent from deliveries where status = 'sent'`,
      );
      return rows[0]?.sent === handed;
    },
    120_000,
  );
  const { rows: counted } = await system.database.client.query<{ count: number }>('select count(*)::int as count from deliveries');
  expect(counted[0]?.count).toBe(handed);
  expect(handed).toBeGreaterThan(50);

  const copies = new Map(traffic.keys.map((key) => [key, arrived(key)]));
  // Lost or doubled: only what was put off came more than once.
  const wrong = [...copies].filter(([key, { length }]) => (key.startsWith('held-') ? length < 2 : length !== 1)).map(([key]) => key);
  expect(wrong).toEqual([]);
  for (const [key, all] of copies)
    expect(
      all.filter(({ raw }) => !raw.equals(all[0]?.raw ?? Buffer.alloc(0))),
      key,
    ).toEqual([]);

  const said = async (key: string) => {
    const { subject, text } = await simpleParser(arrived(key).at(-1)?.raw ?? Buffer.alloc(0));
    return `${subject} ${text}`;
  };
  for (const key of ['held-http', 'held-stream']) {
    expect(await said(key)).not.toContain('NEW');
    const workers = await sentBy(key);
    expect([workers[0], workers.at(-1)]).toEqual([oldWorker, newWorker]);
  }
  expect(await said('new-sent-by-old')).toContain('NEW');
  expect(await sentBy('new-sent-by-old')).toEqual([oldWorker]);
  expect(await said('new-by-stream')).toContain('NEW');
}, 300_000);
