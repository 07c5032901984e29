import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { runMailctl, type MailctlRun } from './run-mailctl.js';

// Each starts processes, of which a busy machine needs some time for each.
vi.setConfig({ testTimeout: 120_000 });

let system: MailSystem;
beforeAll(async () => {
  system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker']);
  for (const key of ['one', 'two', 'three']) {
    const content = { mode: 'rendered', subject: 'Hello', text: 'Hi' };
    await system.post('deliveries', key, { source: 'shop', to: [`${key}@example.com`], content, expires_at: '2020-01-01T00:00:00Z' });
  }
}, 240_000);
afterAll(() => system.stop());

const mailctl = (...args: string[]): Promise<MailctlRun> => runMailctl(system, ['resend-plan', ...args]);
const create = [
  'create',
  '--status',
  'expired',
  '--source',
  'shop',
  '--expires',
  '2999-01-01T00:00:00Z',
  '--rate',
  '100',
  '--idempotency-key',
  'plan',
];

describe('resend-plan', () => {
  it('freezes a set, shows it, starts it when that is confirmed, and watches it to its end', async () => {
    const created = await mailctl(...create);
    expect(created).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing is sent yet. To start it: mailctl resend-plan start ') as string,
    });
    const id = /^plan +(\S+)\n/.exec(created.stdout)?.[1] ?? '';
    expect(created.stdout).toMatch(/\nstatus +ready\n[\s\S]*\ndeliveries +3\nto send again +3\n/);
    const again = await mailctl(...create, '--json');
    expect(again.json).toMatchObject([{ plan_id: id, status: 'ready', resendable: 3, rate_per_second: 100, operator: 'ada' }]);
    expect((await mailctl('list', '--json')).json).toEqual((await mailctl('show', id, '--json')).json);

    expect(await mailctl('start', id)).toMatchObject({ code: 64, stdout: '', stderr: expect.stringContaining('say --yes') as string });
    expect((await system.get(`resend-plans/${id}`)).body).toMatchObject({ status: 'ready' });
    expect(await mailctl('pause', id)).toMatchObject({ code: 1, stderr: expect.stringContaining('409 not_pausable') as string });

    expect(await mailctl('start', id, '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining(`${id} is running: `) as string });
    const watched = await mailctl('watch', id, '--interval', '100ms');
    expect(watched.code).toBe(0);
    expect(watched.stdout).toMatch(/\ndone: 3 of 3, 3 sent again, 0 not\n$|^done: 3 of 3, 3 sent again, 0 not\n$/);
    expect(await mailctl('start', id, '--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('409 not_startable') as string });
    const { items } = (await system.get('operator-actions?operator=ada')).body as { items: { action: string }[] };
    expect(items.map(({ action }) => action)).toEqual(expect.arrayContaining(['create_resend_plan', 'start_resend_plan']));
  });

  it('is cancelled before it is started', async () => {
    await eventually('what was sent again has ended', async () => {
      const { items } = (await system.get('deliveries?status=queued')).body;
      return (items as unknown[]).length === 0;
    });
    const [plan] = (await mailctl('create', '--status', 'sent', '--source', 'shop', '--json')).json;
    const id = String(plan?.['plan_id']);
    expect(await mailctl('cancel', id)).toMatchObject({ code: 0, stdout: expect.stringContaining(`${id} is cancelled: `) as string });
    expect((await mailctl('watch', id, '--json')).json).toMatchObject([{ plan_id: id, status: 'cancelled' }]);
  });

  it('needs a filter', async () => {
    expect(await mailctl('create')).toMatchObject({ code: 1, stderr: expect.stringContaining('400 validation_failed') as string });
  });
});
