import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailProcess } from './mail-process.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

describe('a scheduler that finds a delivery which nothing will ever move', () => {
  let system: MailSystem;
  let id: string;
  let attempt: string;

  beforeAll(async () => {
    system = await startMailSystem(['intake-api']);
    const { body } = await system.post('deliveries', 'one', {
      source: 'shop',
      to: ['a@example.com'],
      content: { mode: 'rendered', subject: 's', text: 't' },
      deliver_at: '2100-01-01T00:00:00Z',
    });
    id = String(body['delivery_id']);
    const { rows } = await system.database.client.query<{ attempt: string }>(
      'delete from attempts a returning to_jsonb(a)::text as attempt',
    );
    attempt = rows[0]?.attempt ?? '';
  }, 60_000);
  afterAll(() => system.stop());

  const start = () => system.start('scheduler', { MAIL_SCHEDULER_RECOVERY_INTERVAL: '100ms', MAIL_OTEL_STDOUT_METRICS_ENABLED: 'true' });

  it('tells its kind and id, and exports how many', async () => {
    const scheduler = await start();
    expect(await scheduler.logged('unaccounted')).toMatchObject({ level: 'error', kind: 'attempt_missing', count: 1, ids: [id] });
    expect(await exported(scheduler)).toMatchObject({ attempt_missing: 1, attempt_after_end: 0, secret_kept: 0 });
  }, 60_000);

  it('tells it once, and when it is mended', async () => {
    const scheduler = await start();
    await scheduler.logged('unaccounted');
    await system.database.client.query('insert into attempts select * from jsonb_populate_record(null::attempts, $1)', [attempt]);
    expect(await scheduler.logged('accounted')).toMatchObject({ level: 'info', kind: 'attempt_missing' });
    expect(await exported(scheduler)).toMatchObject({ attempt_missing: 0 });
    expect(scheduler.log.filter(({ event }) => event === 'unaccounted')).toHaveLength(1);
  }, 60_000);
});

/** Stops the process, which exports its metrics once more: the values of `mail.unaccounted` by kind. */
async function exported(scheduler: MailProcess): Promise<Record<string, number>> {
  scheduler.kill('SIGTERM');
  await scheduler.exited;
  const gauge = scheduler.output().split(`name: 'mail.unaccounted'`).at(-1) ?? '';
  return Object.fromEntries([...gauge.matchAll(/kind: '(\w+)'[^]*?value: (\d+)/g)].map(([, kind, value]) => [kind, Number(value)]));
}
