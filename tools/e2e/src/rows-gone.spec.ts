import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askOperator } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

let system: MailSystem;
beforeAll(async () => {
  // Nobody sends: what is accepted stays queued.
  const smtp = { MAIL_SMTP_MODE: 'smtp', MAIL_SMTP_ADDR: '127.0.0.1:2525', MAIL_SMTP_FROM_EMAIL: 'mail@galaxy.example' };
  system = await startMailSystem(['intake-api'], { env: smtp });
}, 90_000);
afterAll(() => system.stop());

const TABLES = ['delivery_recipients', 'delivery_payloads', 'attempts', 'idempotency_keys', 'delivery_tags'] as const;

/** A delivery of which all rows of the table were deleted by hand. */
async function without(table: string, ended: boolean, tag = ''): Promise<string> {
  const content = { mode: 'rendered', subject: 's', text: 't' };
  const { body } = await system.post('deliveries', `${table}-${ended}${tag}`, {
    source: 'shop',
    to: ['a@example.com'],
    content,
    tags: { a: 'b' },
  });
  const id = String(body['delivery_id']);
  const { client } = system.database;
  await client.query(`delete from ${table} where delivery_id = $1`, [id]);
  if (!ended) return id;
  await client.query(
    `update deliveries set status = 'failed', end_reason = 'permanent_rejected', ended_at = now() where delivery_id = $1`,
    [id],
  );
  return id;
}

describe.each([true, false])(
  'of a delivery that rows were deleted of by hand (ended: %s), nothing answers as a defect of ours',
  (ended) => {
    it.each(TABLES)('%s', async (table) => {
      const id = await without(table, ended);
      for (const part of ['', '/explain', '/content', '/attempts']) {
        const { status } = await askOperator(system, 'GET', `deliveries/${id}${part}`);
        expect([part, status]).toEqual([part, table === 'delivery_payloads' && /explain|content/.test(part) ? 404 : 200]);
      }
      for (const order of ['cancel', 'resend']) {
        const { status } = await system.post(`deliveries/${id}/${order}`, `${order}-${id}`, {});
        expect([order, status < 500]).toEqual([order, true]);
      }
    });
  },
);

it('a delivery whose recipients are gone is not sent again, to nobody', async () => {
  const { status, body } = await system.post(
    `deliveries/${await without('delivery_recipients', true, '-nobody')}/resend`,
    'resend-nobody',
    {},
  );
  expect([status, body['code']]).toEqual([409, 'content_purged']);
});
