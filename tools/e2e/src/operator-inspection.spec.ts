import { startSmtpSink, type SmtpSink } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askOperator, type OperatorAnswer } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const FUTURE = '2999-01-01T00:00:00Z';
const CODE = '4815162342';
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

let system: MailSystem;
let sink: SmtpSink;
beforeAll(async () => {
  sink = await startSmtpSink();
  // No scheduler: what is accepted stays as it is.
  system = await startMailSystem(['intake-api'], { sink });
}, 90_000);
afterAll(async () => {
  await system.stop();
  await sink.close();
});

const get = (path: string): Promise<OperatorAnswer> => askOperator(system, 'GET', path);
const post = (path: string, body?: unknown): Promise<OperatorAnswer> => askOperator(system, 'POST', path, { body });
const rendered = { mode: 'rendered', subject: 'Hello', text: 'Hi', html: '<p>Hi</p>' };
async function accepted(key: string, more: object = {}): Promise<string> {
  const { body } = await system.post('deliveries', key, { source: 'shop', to: ['a@example.com'], content: rendered, ...more });
  return String(body['delivery_id']);
}
async function loginCode(key: string): Promise<string> {
  const { body } = await system.post('login-code-deliveries', key, { email: `${key}@example.com`, code: CODE, locale: 'en' });
  return String(body['delivery_id']);
}

describe('GET /deliveries/{id}/explain', () => {
  it('says what a delivery waits for, which rule decided, what is next, and what can be done', async () => {
    const id = await accepted('later', { deliver_at: FUTURE });
    const answer = await get(`deliveries/${id}/explain`);
    expect(answer).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' });
    expect(answer.body).toEqual({
      delivery_id: id,
      status: 'queued',
      ended: false,
      situation: 'not_due_yet',
      summary: expect.stringContaining('not to be sent before 2999-01-01T00:00:00.000Z') as string,
      waits_for: 'its time, 2999-01-01T00:00:00.000Z',
      rule: 'deliver_at of the command: never sent before.',
      next: { what: expect.any(String) as string, at: '2999-01-01T00:00:00.000Z' },
      actions: [
        { action: 'cancel', how: `POST /api/v1/internal/deliveries/${id}/cancel`, why_not: null },
        { action: 'resend', how: expect.any(String) as string, why_not: 'It has not ended.' },
      ],
      facts: {
        attempts_made: 0,
        attempts_at_most: 6,
        last_outcome: null,
        last_reply: null,
        recipients: { pending: 1 },
        due_ahead: null,
      },
      explained_at: TIME,
      resend_of: null,
      resent_as: [],
    });
  });

  it('says what is ahead of what is due, in its own lane', async () => {
    await accepted('first', { priority: 'bulk' });
    await accepted('other-lane', { priority: 'high' });
    const { body } = await get(`deliveries/${await accepted('second', { priority: 'bulk' })}/explain`);
    expect(body).toMatchObject({ situation: 'due', facts: { due_ahead: { count: 1, capped: false } } });
  });

  it('names what a delivery was sent again as', async () => {
    const id = await accepted('gone', { expires_at: '2020-01-01T00:00:00Z' });
    const { body } = await system.post(`deliveries/${id}/resend`, 'k', { expires_at: FUTURE });
    expect((await get(`deliveries/${id}/explain`)).body).toMatchObject({
      situation: 'expired',
      ended: true,
      next: null,
      resent_as: [body['delivery_id']],
    });
    expect((await get(`deliveries/${String(body['delivery_id'])}/explain`)).body).toMatchObject({ resend_of: id });
  });
});

describe('GET /deliveries/{id}/content', () => {
  it('shows the mail as it is sent, its attachments by name, type and size', async () => {
    const id = await accepted('content', {
      cc: ['c@example.com'],
      bcc: ['b@example.com'],
      reply_to: ['r@example.com'],
      headers: { 'X-Campaign': 'spring' },
      attachments: [
        { filename: 'a.txt', content_type: 'text/plain', content_base64: Buffer.from('four').toString('base64') },
        { filename: 'b.bin', content_type: 'application/octet-stream', content_base64: Buffer.alloc(3000).toString('base64') },
      ],
    });
    const answer = await get(`deliveries/${id}/content`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.type).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({
      delivery_id: id,
      template_id: null,
      locale: null,
      template_hash: null,
      message_id: `<${id}@galaxy.example>`,
      date: TIME,
      from: { email: 'mail@galaxy.example', name: 'Galaxy' },
      to: ['a@example.com'],
      cc: ['c@example.com'],
      bcc: ['b@example.com'],
      reply_to: ['r@example.com'],
      headers: { 'X-Campaign': 'spring' },
      subject: 'Hello',
      text: 'Hi',
      html: '<p>Hi</p>',
      masked: [],
      error: null,
      attachments: [
        { filename: 'a.txt', content_type: 'text/plain', bytes: 4 },
        { filename: 'b.bin', content_type: 'application/octet-stream', bytes: 3000 },
      ],
      content_purged_at: null,
    });
  });

  it('renders the pinned template version', async () => {
    const variables = { title: 'A title', body: 'A <body>' };
    const id = await accepted('template', {
      content: { mode: 'template', template_id: 'notification.generic', locale: 'de-AT', variables },
    });
    const [content, preview] = await Promise.all([
      get(`deliveries/${id}/content`),
      post('templates/notification.generic/preview', { locale: 'de-AT', variables }),
    ]);
    const { subject, text, html, template_hash } = preview.body;
    expect(content.body).toMatchObject({ subject, text, html, template_hash, locale: 'de', error: null });
    expect(html).toContain('A &lt;body&gt;');
  });

  it('never shows a code, before it is sent or after it is wiped', async () => {
    const id = await loginCode('secret');
    const before = await get(`deliveries/${id}/content`);
    await post(`deliveries/${id}/cancel`);
    const after = await get(`deliveries/${id}/content`);
    for (const { body } of [before, after]) {
      expect(body).toMatchObject({ masked: ['code'], error: null });
      expect(body['text']).toContain('••••••');
      expect(JSON.stringify(body)).not.toContain(CODE);
    }
    expect([before.body['content_purged_at'], after.body['content_purged_at']]).toEqual([null, TIME]);
  });
});

it.each(['explain', 'content'])('%s of what is not there is not found', async (what) => {
  for (const id of [NOBODY, 'nonsense']) {
    expect(await get(`deliveries/${id}/${what}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  }
});

describe('the templates', () => {
  it('are listed with their content hashes', async () => {
    const { status, body } = await get('templates');
    expect(status).toBe(200);
    expect(body).toMatchObject({ next_cursor: null });
    expect((body['items'] as { template_id: string }[]).map(({ template_id }) => template_id)).toEqual([
      'auth.login_code',
      'game.turn_ready',
      'notification.generic',
    ]);
    expect((body['items'] as unknown[])[0]).toEqual({
      template_id: 'auth.login_code',
      template_hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      owner: 'identity',
      description: 'The code that somebody enters to log in.',
      default_locale: 'en',
      locales: ['de', 'en'],
      on_uncertain: 'retry',
      secret_names: ['code'],
    });
  });

  it('are shown with the schema of their variables, and examples that satisfy it', async () => {
    const { body } = await get('templates/notification.generic');
    expect(body).toMatchObject({
      template_id: 'notification.generic',
      variables_schema: { type: 'object' },
      examples: { title: expect.any(String) as string },
    });
    expect(await post('templates/notification.generic/preview', { variables: body['examples'] })).toMatchObject({ status: 200 });
  });

  it('are previewed with their own examples where no variables are given', async () => {
    const answer = await post('templates/auth.login_code/preview');
    expect(answer).toMatchObject({ status: 200, body: { template_id: 'auth.login_code', locale: 'en' } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const part of ['subject', 'text', 'html']) expect(answer.body[part]).toMatch(/\S/);
    expect((await post('templates/auth.login_code/preview', { locale: 'de' })).body['subject']).not.toBe(answer.body['subject']);
  });

  it.each([
    ['missing_variable', { variables: {} }, '/variables/title'],
    ['validation_failed', { variables: { title: 'a\nb', body: 'c' } }, '/variables/title'],
    ['validation_failed', { variables: { title: 'a', body: 'b', more: 'c' } }, '/variables/more'],
    ['validation_failed', { locale: 'no locale' }, '/locale'],
    ['validation_failed', { unknown: 1 }, '/unknown'],
  ])('are not previewed with %s of %o', async (code, body, pointer) => {
    const answer = await post('templates/notification.generic/preview', body);
    expect(answer).toMatchObject({ status: 400, body: { code } });
    expect((answer.body['errors'] as { pointer: string }[]).map((fault) => fault.pointer)).toContain(pointer);
  });

  it('that are not there are not found', async () => {
    expect(await get('templates/no.such')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await post('templates/no.such/preview', {})).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
