import { eventually, startSmtpSink } from '@mail/testing';
import { expect, it } from 'vitest';
import type { MailProcess } from './mail-process.js';
import { startMailSystem } from './mail-system.js';

/** A worker whose connection breaks in the midst of a take is busy with that first: it has not tried to write an outcome by then. */
const meetsOutage = (worker: MailProcess | undefined): Promise<unknown> =>
  Promise.race([worker?.logged('outcome_kept'), worker?.logged('turn_failed')]);

it('while outcomes cannot be written, a worker keeps those it has, takes nothing new, and sends nothing twice', async () => {
  let release = (): void => undefined;
  const held = new Promise<null>((resolve) => (release = () => resolve(null)));
  const sink = await startSmtpSink({ final: ({ recipients }) => (recipients[0]?.startsWith('held') ? held : null) });
  const system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker'], { sink });
  try {
    const send = (name: string) =>
      system.post('deliveries', name, {
        source: 'shop',
        to: [`${name}@example.com`],
        content: { mode: 'rendered', subject: 's', text: 't' },
      });
    await send('held');
    await eventually('the sink holds it', () => sink.messages.length === 1);
    const worker = system.processes.get('attempt-worker');
    await system.database.allowConnections(false);
    release();
    await meetsOutage(worker);
    const refused = await send('meanwhile');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await system.database.allowConnections(true);
    expect((await send('meanwhile')).status).toBe(202);
    const statuses = async () =>
      (
        await system.database.client.query<{ key: string; status: string }>(
          'select idempotency_key as key, status from deliveries order by 1',
        )
      ).rows;
    await eventually('both are recorded as sent', async () => (await statuses()).every(({ status }) => status === 'sent'));
    expect(await statuses()).toEqual([
      { key: 'held', status: 'sent' },
      { key: 'meanwhile', status: 'sent' },
    ]);
    expect(sink.messages.map(({ recipients }) => recipients)).toEqual([['held@example.com'], ['meanwhile@example.com']]);
    const { rows } = await system.database.client.query('select count(*)::int as attempts from attempts');
    expect(rows).toEqual([{ attempts: 2 }]);
  } finally {
    await system.stop();
    await sink.close();
  }
}, 90_000);

it('an outcome that is kept through an outage is written though the worker is told to stop meanwhile', async () => {
  const answers = Array.from({ length: 3 }, () => Promise.withResolvers<null>());
  const sink = await startSmtpSink({ final: () => answers[sink.messages.length - 1]?.promise ?? null });
  const system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker'], { sink });
  try {
    for (const name of ['a', 'b', 'c']) {
      const content = { mode: 'rendered', subject: 's', text: 't' };
      await system.post('deliveries', name, { source: 'shop', to: [`${name}@example.com`], content, on_uncertain: 'hold' });
    }
    await eventually('the sink holds them', () => sink.messages.length === 3);
    const worker = system.processes.get('attempt-worker');
    await system.database.allowConnections(false);
    answers[0]?.resolve(null);
    await meetsOutage(worker);
    worker?.kill('SIGTERM');
    await worker?.logged('stopping');
    // What is in flight is finished during the outage too.
    for (const { resolve } of answers) resolve(null);
    await eventually('all are answered', () => sink.messages.every(({ replied }) => replied));
    await system.database.allowConnections(true);
    expect(await worker?.exited).toBe(0);
    const { rows } = await system.database.client.query(
      'select d.status, a.number, a.outcome from deliveries d join attempts a using (delivery_id)',
    );
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ status: 'sent', number: 1, outcome: 'provider_accepted' })));
    expect(sink.messages).toHaveLength(3);
  } finally {
    await system.stop();
    await sink.close();
  }
}, 90_000);
