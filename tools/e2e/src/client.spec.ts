import { addToStream, createMailClient, type MailClient } from '@mail/client';
import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';

const content = { mode: 'rendered', subject: 'Hello', text: 'Hi' } as const;
const request = { source: 'shop', to: ['ada@example.com'], content } as const;
const TRACE = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'vendor=1' };

let system: MailSystem;
let mail: MailClient;
beforeAll(async () => {
  system = await startMailSystem(['intake-api', 'stream-consumer'], { env: { MAIL_STREAM_BLOCK_TIMEOUT: '100ms' } });
  mail = createMailClient({ url: system.url, operator: 'ada' });
}, 90_000);
afterAll(() => system.stop());

describe('the client', () => {
  it('has a command accepted, once for each key, with its trace', async () => {
    const first = await mail.acceptDelivery(request, { idempotencyKey: 'one', ...TRACE });
    expect(first).toMatchObject({ outcome: 'queued', replayed: false });
    expect(await mail.acceptDelivery(request, { idempotencyKey: 'one' })).toEqual({ ...first, replayed: true });
    const { rows } = await system.database.client.query<{ row: Record<string, unknown> }>(
      'select to_jsonb(d) as row from deliveries d where delivery_id = $1',
      [first.delivery_id],
    );
    expect(rows[0]?.row).toMatchObject(TRACE);
  });

  it('has a login code accepted', async () => {
    const login = { email: 'ada@example.com', code: '4815', locale: 'en' };
    expect(await mail.acceptLoginCode(login, { idempotencyKey: 'login' })).toMatchObject({ outcome: 'suppressed' });
  });

  it('adds to the stream what the consumer accepts', async () => {
    await addToStream(
      system.stream.redis,
      { source: 'shop', idempotencyKey: 'streamed', command: { to: ['b@example.com'], content } },
      system.stream.stream,
    );
    const found = await eventually('it is accepted', async () => (await mail.deliveries.list({ idempotency_key: 'streamed' })).items[0]);
    expect(found).toMatchObject({ source: 'shop', recipients: [{ address: 'b@example.com' }] });
  });

  it('throws what the service refuses, fault by fault', async () => {
    await expect(mail.acceptDelivery({ ...request, to: ['nobody'] }, { idempotencyKey: 'bad' })).rejects.toMatchObject({
      name: 'MailProblem',
      code: 'validation_failed',
      status: 400,
      errors: [{ pointer: '/to/0' }],
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    await expect(mail.acceptDelivery({ ...request, to: ['c@example.com'] }, { idempotencyKey: 'one' })).rejects.toMatchObject({
      code: 'idempotency_conflict',
      status: 422,
    });
    await expect(mail.deliveries.get('nonsense')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('asks everything that operators ask', async () => {
    const { delivery_id: id } = await mail.acceptDelivery({ ...request, deliver_at: '2999-01-01T00:00:00Z' }, { idempotencyKey: 'asked' });
    expect(await mail.deliveries.get(id)).toMatchObject({ delivery_id: id, status: 'queued' });
    expect(await mail.deliveries.explain(id)).toMatchObject({ situation: 'not_due_yet' });
    expect(await mail.deliveries.content(id)).toMatchObject({ subject: 'Hello' });
    expect((await mail.deliveries.attempts(id)).items).toHaveLength(1);
    expect(await mail.deliveries.cancel(id)).toMatchObject({ status: 'cancelled' });
    expect(await mail.deliveries.resend(id, {}, { idempotencyKey: 'r' })).toMatchObject({ outcome: 'queued', replayed: false });
    expect((await mail.operatorActions.list({ delivery_id: id })).items.map(({ operator, action }) => [operator, action])).toEqual([
      ['ada', 'resend'],
      ['ada', 'cancel'],
    ]);
    expect((await mail.deadLetters.list()).items).toEqual([]);
    expect((await mail.malformedCommands.list()).items).toEqual([]);
    expect((await mail.stream.incidents.list({ created_from: new Date() })).items).toEqual([]);
    expect((await mail.stats()).lanes.map(({ priority }) => priority)).toEqual(['high', 'normal', 'bulk']);
    const [template] = (await mail.templates.list()).items;
    expect(await mail.templates.get(template?.template_id ?? '')).toMatchObject({ template_id: 'auth.login_code', examples: {} });
    expect(await mail.templates.preview('notification.generic', { locale: 'de' })).toMatchObject({ locale: 'de' });
    await expect(mail.stream.adopt({ confirm: system.stream.stream })).rejects.toMatchObject({ code: 'not_terminal' });
  });
});
