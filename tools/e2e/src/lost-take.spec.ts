import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';

let sink: SmtpSink;
let system: MailSystem;
beforeEach(async () => {
  sink = await startSmtpSink();
  system = await startMailSystem(['intake-api', 'scheduler'], { sink });
  const content = { mode: 'rendered', subject: 's', text: 't' };
  await system.post('deliveries', 'k', { source: 'shop', to: ['a@example.com'], content, on_uncertain: 'hold' });
  await eventually('the attempt is claimed', async () => (await attempts())[0]?.status === 'claimed');
}, 90_000);
afterEach(async () => {
  await system.stop();
  await sink.close();
});

const attempts = async () =>
  (
    await system.database.client.query<{ number: number; status: string; outcome: string | null; worker_id: string | null }>(
      'select number, status, outcome, worker_id from attempts',
    )
  ).rows;
/** Its first take takes effect, and its connection breaks before the answer. */
const LOSES_ITS_TAKE = { MAIL_FAILPOINTS: 'take_attempts.after=error' };

it('a mail whose take was lost is sent, once, by the same attempt, though uncertain ones are held', async () => {
  await system.start('attempt-worker', LOSES_ITS_TAKE);
  const delivery = () => system.database.client.query<{ status: string }>('select status from deliveries');
  await eventually('it is sent', async () => (await delivery()).rows[0]?.status === 'sent', 60_000);
  expect(await attempts()).toMatchObject([{ number: 1, status: 'ended', outcome: 'provider_accepted' }]);
  expect(sink.messages).toHaveLength(1);
}, 120_000);

it('a worker that is told to stop right after a lost take gives it back, and exits 0', async () => {
  // Nobody claims it again.
  system.processes.get('scheduler')?.kill('SIGKILL');
  await system.processes.get('scheduler')?.exited;
  const worker = await system.start('attempt-worker', LOSES_ITS_TAKE);
  await worker.logged('failpoint_hit');
  worker.kill('SIGTERM');
  expect(await worker.exited).toBe(0);
  expect(await attempts()).toEqual([{ number: 1, status: 'scheduled', outcome: null, worker_id: null }]);
  expect(sink.messages).toEqual([]);
}, 120_000);
