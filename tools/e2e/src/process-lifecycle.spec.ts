import { mkdtemp, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startSmtpSink } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS, mailProcess, type App } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

describe('a process', () => {
  let system: MailSystem;
  beforeAll(async () => {
    system = await startMailSystem([]);
  });
  afterAll(() => system.stop());

  it.each(APPS)('%s stops at SIGTERM with exit code 0', async (app) => {
    const started = await system.start(app);
    started.kill('SIGTERM');
    expect(await started.exited).toBe(0);
  });

  it('names every fault of its configuration, and exits 78', async () => {
    const failed = mailProcess('scheduler', {
      MAIL_POSTGRES_PRIMARY_DSN: 'mysql://x',
      MAIL_REDIS_MASTER_ADDR: 'nowhere',
      MAIL_SMTP_TIMEOUT: '15',
    });
    expect(await failed.exited).toBe(78);
    for (const name of ['MAIL_POSTGRES_PRIMARY_DSN', 'MAIL_REDIS_MASTER_ADDR', 'MAIL_REDIS_PASSWORD', 'MAIL_SMTP_TIMEOUT']) {
      expect(failed.output()).toContain(name);
    }
  });

  it.each<{ app: App; env: Record<string, string>; names: string }>([
    { app: 'scheduler', env: { MAIL_POSTGRES_PRIMARY_DSN: 'postgres://mail:hush@127.0.0.1:1/mail' }, names: 'PostgreSQL' },
    { app: 'stream-consumer', env: { MAIL_REDIS_MASTER_ADDR: '127.0.0.1:1' }, names: 'Redis' },
  ])('$app exits 69 naming $names when it cannot be reached, and tells no password', async ({ app, env, names }) => {
    const failed = mailProcess(app, { ...system.env, ...env });
    expect(await failed.exited).toBe(69);
    expect(failed.output()).toContain(names);
    expect(failed.output()).not.toContain('hush');
  });

  it('exits 69 when the schema is older than it needs, saying how to bring it up', async () => {
    const dsn = new URL(system.database.dsn);
    dsn.pathname = '/postgres';
    const failed = mailProcess('retention-job', { ...system.env, MAIL_POSTGRES_PRIMARY_DSN: dsn.href });
    expect(await failed.exited).toBe(69);
    expect(failed.output()).toContain('npm run migrate');
  });

  it('exits 69 when PostgreSQL is lost while the templates are loaded', async () => {
    const failed = mailProcess('attempt-worker', { ...system.env, MAIL_FAILPOINTS: 'record_template_versions.before=error' });
    expect(await failed.exited).toBe(69);
    expect(failed.output()).toContain('PostgreSQL');
  });

  it.each(['intake-api', 'stream-consumer', 'attempt-worker'] as const)(
    '%s exits 65 naming file and line of a broken template',
    async (app) => {
      const dir = await mkdtemp(join(tmpdir(), 'mail-templates-'));
      await mkdir(join(dir, 'shop.order'));
      await writeFile(join(dir, 'shop.order', 'manifest.json'), '{\n  "owner": \n}');
      const failed = mailProcess(app, { ...system.env, MAIL_TEMPLATE_DIR: dir });
      expect(await failed.exited).toBe(65);
      expect(failed.output()).toMatch(/shop\.order\/manifest\.json:3/);
    },
  );
});

describe('a worker that is told to stop while an answer is outstanding', () => {
  it('waits for it, records it and exits 0; nothing is sent twice', async () => {
    let release = (): void => undefined;
    const held = new Promise<null>((resolve) => (release = () => resolve(null)));
    const sink = await startSmtpSink({ final: () => held });
    const system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker'], { sink });
    try {
      await system.post('deliveries', 'held', {
        source: 'shop',
        to: ['held@example.com'],
        content: { mode: 'rendered', subject: 's', text: 't' },
      });
      await eventually('the sink holds it', () => sink.messages.length === 1);
      const worker = system.processes.get('attempt-worker');
      worker?.kill('SIGTERM');
      await worker?.logged('stopping');
      release();
      expect(await worker?.exited).toBe(0);
      const { rows } = await system.database.client.query('select status, end_reason from deliveries');
      expect(rows).toEqual([{ status: 'sent', end_reason: 'provider_accepted' }]);
      expect(sink.messages).toHaveLength(1);
    } finally {
      await system.stop();
      await sink.close();
    }
  }, 90_000);

  it('ends at once at a second signal, with 128 + its number', async () => {
    const sink = await startSmtpSink({ final: () => new Promise(() => undefined) });
    const system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker'], { sink });
    try {
      await system.post('deliveries', 'held', {
        source: 'shop',
        to: ['held@example.com'],
        content: { mode: 'rendered', subject: 's', text: 't' },
      });
      await eventually('the sink holds it', () => sink.messages.length === 1);
      const worker = system.processes.get('attempt-worker');
      worker?.kill('SIGTERM');
      await worker?.logged('stopping');
      worker?.kill('SIGINT');
      expect(await worker?.exited).toBe(130);
    } finally {
      await system.stop();
      await sink.close();
    }
  }, 90_000);
});

describe('a worker that is told to stop with more than it can finish', () => {
  const send = (system: MailSystem, name: string) => {
    const content = { mode: 'rendered', subject: 's', text: 't' };
    return system.post('deliveries', name, { source: 'shop', to: [`${name}@example.com`], content });
  };

  it('settles all that is in flight, takes nothing more, and leaves nothing behind in progress', async () => {
    const held = Promise.withResolvers<null>();
    const sink = await startSmtpSink({ final: () => held.promise });
    const system = await startMailSystem(['intake-api', 'scheduler'], { sink });
    try {
      const worker = await system.start('attempt-worker', { MAIL_ATTEMPT_WORKER_CONCURRENCY: '3', MAIL_SMTP_TIMEOUT: '60s' });
      for (let index = 0; index < 8; index += 1) await send(system, `mail-${index}`);
      await eventually('the sink holds three', () => sink.messages.length === 3);
      worker.kill('SIGTERM');
      await worker.logged('stopping');
      held.resolve(null);
      expect(await worker.exited).toBe(0);
      const { rows } = await system.database.client.query(
        `select outcome, count(*)::int as n, count(worker_id)::int as bound from attempts group by outcome order by outcome`,
      );
      expect(rows).toEqual([
        { outcome: 'provider_accepted', n: 3, bound: 3 },
        { outcome: null, n: 5, bound: 0 },
      ]);
      expect(sink.messages).toHaveLength(3);
    } finally {
      await system.stop();
      await sink.close();
    }
  }, 120_000);

  it('exits 1 when the server hangs for longer; its attempt is recovered, with one more copy of the same bytes at most', async () => {
    const sink = await startSmtpSink({ final: () => (sink.messages.length === 1 ? new Promise(() => undefined) : null) });
    const system = await startMailSystem(['intake-api', 'scheduler'], {
      sink,
      env: {
        MAIL_SMTP_TIMEOUT: '3s',
        MAIL_SCHEDULER_CLAIM_MARGIN: '1s',
        MAIL_SCHEDULER_RECOVERY_INTERVAL: '500ms',
        MAIL_RETRY_SCHEDULE: '100ms',
      },
    });
    try {
      const worker = await system.start('attempt-worker', { MAIL_SHUTDOWN_TIMEOUT: '500ms' });
      await send(system, 'hung');
      await eventually('the sink holds it', () => sink.messages.length === 1);
      worker.kill('SIGTERM');
      expect(await worker.exited).toBe(1);
      await system.start('attempt-worker');
      const outcomes = async () =>
        (await system.database.client.query<{ outcome: string }>('select outcome from attempts order by number')).rows;
      await eventually('it is sent again', async () => (await outcomes())[1]?.outcome === 'provider_accepted', 60_000);
      expect(await outcomes()).toEqual([{ outcome: 'uncertain' }, { outcome: 'provider_accepted' }]);
      const [first, second, ...more] = sink.messages.map(({ raw }) => raw.toString());
      expect(second).toBe(first);
      expect(first).toContain('Message-ID: <');
      expect(more).toEqual([]);
    } finally {
      await system.stop();
      await sink.close();
    }
  }, 120_000);
});
