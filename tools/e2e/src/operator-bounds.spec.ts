import { eventually } from '@mail/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askOperator } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const ID = '01890000-0000-7000-8000-000000000000';

let system: MailSystem;
beforeAll(async () => {
  const env = { MAIL_OPERATOR_REQUEST_TIMEOUT: '300ms', MAIL_POSTGRES_OPERATION_TIMEOUT: '60s' };
  system = await startMailSystem(['intake-api'], { env });
  await system.database.client.query(
    'begin; lock table deliveries, malformed_commands, stream_offsets, resend_plans in access exclusive mode',
  );
}, 90_000);
afterAll(async () => {
  await system.database.client.query('rollback');
  await system.stop();
});

it.each([
  ['GET', `deliveries/${ID}/explain`, undefined],
  ['GET', `deliveries/${ID}/content`, undefined],
  ['POST', `deliveries/${ID}/cancel`, undefined],
  ['POST', `deliveries/${ID}/resend`, undefined],
  ['POST', `malformed-commands/${ID}/replay`, undefined],
  ['POST', 'stream/adopt', { stream: 's', confirm: 's' }],
  ['POST', `resend-plans/${ID}/start`, undefined],
  ['POST', 'resend-plans', { status: 'failed' }],
] as const)('%s %s that has to wait is answered with 504, and given up in the database', async (method, path, body) => {
  const answer = await askOperator(system, method, path, { headers: { 'idempotency-key': 'k' }, body });
  expect(answer).toMatchObject({ status: 504, body: { code: 'operator_timeout' } });
  await eventually('nothing waits in the database any more', async () => {
    // In a transaction, what is seen once stays as it was.
    await system.database.client.query('select pg_stat_clear_snapshot()');
    const { rows } = await system.database.client.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length === 0;
  });
});
