import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startProcess, type StartedProcess } from '../testing/start-process.js';
import { VALID_ENVIRONMENT } from '../testing/valid-environment.js';

const folder = mkdtempSync(join(tmpdir(), 'run-process-'));
const heartbeat = join(folder, 'heartbeat');
afterAll(() => rmSync(folder, { recursive: true }));

const start = (behaviour: string, env: Record<string, string> = {}): StartedProcess =>
  startProcess('./process.mjs', [behaviour], { ...VALID_ENVIRONMENT, MAIL_HEARTBEAT_FILE: heartbeat, ...env });

describe('a start that fails', () => {
  it('exits 78 and names every fault of the environment in one message', async () => {
    const env = { MAIL_SMTP_MODE: 'carrier pigeon', MAIL_REDIS_DB: '-1', MAIL_POSTGRES_DSN: 'x' };
    const { code, log, stderr } = await start('ordinary', env).exit;
    expect(code).toBe(78);
    const said = log.find(({ event }) => event === 'start_failed');
    for (const text of [stderr, said?.msg]) {
      expect(text).toContain('MAIL_SMTP_MODE is "carrier pigeon": it must be stub or smtp');
      expect(text).toContain('MAIL_REDIS_DB is "-1": it must be a whole number');
    }
    expect(said?.['faults']).toHaveLength(2);
    expect(log.find(({ event }) => event === 'config_warning')?.msg).toContain('MAIL_POSTGRES_DSN');
  });

  it('exits 69 naming the service, without its password', async () => {
    const { code, log, stderr } = await start('serviceDown').exit;
    expect(code).toBe(69);
    expect(stderr).toContain('scheduler cannot start: PostgreSQL (MAIL_POSTGRES_PRIMARY_DSN) cannot be used');
    expect(stderr + JSON.stringify(log)).not.toContain('hunter2');
  });

  it('exits 65 naming every fault of the catalog', async () => {
    const { code, stderr } = await start('badCatalog').exit;
    expect(code).toBe(65);
    expect(stderr).toContain('body.mjml:3');
    expect(stderr).toContain('manifest.json:1');
  });

  it('exits 70 on a bug, whose stack is in the log', async () => {
    const { code, log } = await start('bug').exit;
    expect(code).toBe(70);
    expect(log.at(-1)).toMatchObject({
      level: 'fatal',
      err: { type: 'TypeError', stack: expect.stringContaining('process.mjs') as string },
    });
  });

  it('leaves no heartbeat', async () => {
    await start('serviceDown').exit;
    expect(existsSync(heartbeat)).toBe(false);
  });
});

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s drains, and exits 0', async (signal) => {
    const running = start('ordinary');
    expect(await running.logged('started')).toMatchObject({ app: 'scheduler', startup_ms: expect.any(Number) as number });
    expect(existsSync(heartbeat)).toBe(true);
    running.signal(signal);
    const { code, log, stderr } = await running.exit;
    expect(log.map(({ event }) => event)).toEqual(['started', 'stopping', 'drained', 'stopped']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(existsSync(heartbeat)).toBe(false);
  });

  it('waits for what is in flight', async () => {
    const running = start('slowDrain');
    await running.logged('started');
    running.signal('SIGTERM');
    await running.logged('draining');
    running.proceed();
    expect((await running.exit).code).toBe(0);
  });

  it('exits 1 when draining outlasts the time to stop in', async () => {
    const running = start('slowDrain', { MAIL_SHUTDOWN_TIMEOUT: '50ms' });
    await running.logged('started');
    running.signal('SIGTERM');
    const { code, log } = await running.exit;
    expect(code).toBe(1);
    expect(log.map(({ event }) => event)).toContain('drain_overdue');
  });

  it('exits 1 when draining fails', async () => {
    const running = start('failingDrain');
    await running.logged('started');
    running.signal('SIGTERM');
    const { code, log } = await running.exit;
    expect(code).toBe(1);
    expect(log.find(({ event }) => event === 'drain_failed')).toMatchObject({ err: { message: 'the pool would not close' } });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s as the second one exits at once with %i', async (second, code) => {
    const running = start('slowDrain');
    await running.logged('started');
    running.signal('SIGTERM');
    await running.logged('draining');
    running.signal(second);
    expect((await running.exit).code).toBe(code);
  });

  it('during the start lets it finish, drains and exits 0', async () => {
    const running = start('slowStart');
    await running.logged('booting');
    running.signal('SIGTERM');
    await running.logged('stopping');
    running.proceed();
    const { code, log } = await running.exit;
    expect(code).toBe(0);
    expect(log.map(({ event }) => event)).toEqual(['booting', 'stopping', 'drained', 'stopped']);
  });

  it('during a start that then fails exits 0: it was asked to end', async () => {
    const running = start('failingStart');
    await running.logged('booting');
    running.signal('SIGTERM');
    await running.logged('stopping');
    running.proceed();
    expect((await running.exit).code).toBe(0);
  });

  it('during a start without end exits 0 when the time to stop in is over', async () => {
    const running = start('endlessStart', { MAIL_SHUTDOWN_TIMEOUT: '50ms' });
    await running.logged('booting');
    running.signal('SIGTERM');
    expect((await running.exit).code).toBe(0);
  });
});

it('what a library or Node warns of is a line of the log, without secrets, and no text', async () => {
  const running = start('warned');
  await running.logged('started');
  running.signal('SIGTERM');
  const { log, stderr } = await running.exit;
  expect(log.filter(({ event }) => event === 'library_warning').map(({ level, msg }) => [level, msg])).toEqual([
    ['warn', '[WARN] a library says postgres://mail:***@db/mail'],
    ['warn', 'DeprecationWarning: SECURITY WARNING: something is deprecated'],
  ]);
  expect(stderr).toBe('');
});

describe('what nobody caught', () => {
  it.each([
    ['lateRejection', 'unhandled_rejection', 'forgotten'],
    ['lateException', 'uncaught_exception', 'thrown in a callback'],
  ])('%s ends the process with 70, logged as %s', async (behaviour, event, message) => {
    const running = start(behaviour);
    await running.logged('started');
    running.proceed();
    const { code, log } = await running.exit;
    expect(code).toBe(70);
    expect(log.at(-1)).toMatchObject({ event, level: 'fatal', err: { message } });
  });
});
