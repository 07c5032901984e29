import { connect } from 'node:net';
import { eventually } from '@mail/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';

const command = (subject = 'Hello') => ({ source: 'shop', to: ['a@example.com'], content: { mode: 'rendered', subject, text: 'Hi' } });
const asked = (subject: string, init: RequestInit = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': `key-${subject}`, ...(init.headers as Record<string, string>) },
  body: JSON.stringify(command(subject)),
});

/** What a bare socket gets to read until the server ends it. */
async function raw(url: string, sent: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(sent);
  let text = '';
  for await (const data of socket) text += String(data);
  return text;
}

describe('the HTTP door', () => {
  let system: MailSystem;
  let deliveries: string;
  beforeAll(async () => {
    system = await startMailSystem(['intake-api'], {
      env: { MAIL_MAX_COMMAND_BYTES: '64KiB', MAIL_INTERNAL_HTTP_READ_HEADER_TIMEOUT: '1s', MAIL_INTERNAL_HTTP_READ_TIMEOUT: '2s' },
    });
    deliveries = `${system.url}/api/v1/internal/deliveries`;
  }, 90_000);
  afterAll(() => system.stop());

  const count = async (sql: string): Promise<number> =>
    (await system.database.client.query<{ n: number }>(`select count(*)::int as n from ${sql}`)).rows[0]?.n ?? -1;

  it('answers the same key and command again with the same delivery, and says that it is a replay', async () => {
    const first = await system.post('deliveries', 'replay', command());
    const second = await system.post('deliveries', 'replay', command());
    expect(first.status).toBe(202);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second).toMatchObject({ status: 202, body: first.body });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('makes one delivery of a hundred parallel requests with one key and one command', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => system.post('deliveries', 'parallel-same', command())));
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['delivery_id'])}`)).size).toBe(1);
    expect(await count(`deliveries where idempotency_key = 'parallel-same'`)).toBe(1);
  });

  it('accepts one of a hundred parallel commands with one key, and refuses the others each time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => system.post('deliveries', 'parallel-other', command(`No ${index}`))),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 422);
    expect(refused).toHaveLength(99);
    expect(refused.every(({ body }) => body['code'] === 'idempotency_conflict')).toBe(true);
  });

  it('keys are scoped by source', async () => {
    const shop = await system.post('deliveries', 'scoped', command());
    const game = await system.post('deliveries', 'scoped', { ...command(), source: 'game' });
    expect(game.status).toBe(202);
    expect(game.body['delivery_id']).not.toBe(shop.body['delivery_id']);
  });

  it('ends a login code as suppressed in stub mode, and stores no secret', async () => {
    const { body } = await system.post('login-code-deliveries', 'code', { email: 'ada@example.com', code: '123456', locale: 'en' });
    expect(body['outcome']).toBe('suppressed');
    const shown = await system.get(`deliveries/${String(body['delivery_id'])}`);
    expect(shown.body).toMatchObject({
      status: 'suppressed',
      end_reason: 'stub_mode',
      attempts: [],
      recipients: [{ outcome: 'suppressed' }],
    });
    expect(await count('delivery_payloads where secret_variables is not null')).toBe(0);
  });

  it('accepts a command that is past its expiry, and ends it at once', async () => {
    const { body } = await system.post('deliveries', 'late', { ...command(), expires_at: '2020-01-01T00:00:00Z' });
    expect(body['outcome']).toBe('expired');
    expect((await system.get(`deliveries/${String(body['delivery_id'])}`)).body).toMatchObject({
      status: 'expired',
      next_attempt_at: null,
    });
  });

  it.each([
    ['malformed_json', 400, '{"source": '],
    ['malformed_json', 400, '{"source":"a","source":"b"}'],
    ['validation_failed', 400, { ...command(), extra: 1 }],
    ['validation_failed', 400, { ...command(), to: ['a@example.com\r\nBcc: b@example.com'] }],
    ['unknown_template', 400, { ...command(), content: { mode: 'template', template_id: 'no.such', variables: {} } }],
    ['missing_variable', 400, { ...command(), content: { mode: 'template', template_id: 'game.turn_ready', variables: {} } }],
    ['command_too_large', 413, { ...command(), content: { mode: 'rendered', subject: 's', text: 'x'.repeat(70_000) } }],
  ])('refuses with %s and %i', async (code, status, body) => {
    const before = await count('deliveries');
    const answer = await system.post('deliveries', `refused-${code}`, body);
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    for (const member of ['type', 'title', 'detail', 'trace_id']) expect(answer.body[member]).toEqual(expect.any(String));
    expect(await count('deliveries')).toBe(before);
  });

  it('points at each fault of a command', async () => {
    const { body } = await system.post('deliveries', 'faults', { source: 'shop', to: [], content: { mode: 'rendered', subject: 's' } });
    expect(body['errors']).toEqual(
      expect.arrayContaining([expect.objectContaining({ pointer: '/to', detail: expect.any(String) as string })]),
    );
  });

  it.each([
    ['missing_idempotency_key', 400, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(command()) }],
    ['unsupported_media_type', 415, { headers: { 'content-type': 'text/plain', 'idempotency-key': 'k' }, body: JSON.stringify(command()) }],
    ['unsupported_media_type', 415, { headers: { 'idempotency-key': 'k' } }],
  ])('refuses a request with %s and %i', async (code, status, init) => {
    const response = await fetch(deliveries, { method: 'POST', ...init });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  it.each<Record<string, string>>([{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }, { origin: 'null' }])(
    'refuses a browser on another site: %o',
    async (headers) => {
      const response = await fetch(deliveries, asked('browser', { headers }));
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'cross_site' });
    },
  );

  it('takes a browser of its own site under a known Host only', async () => {
    const own = await fetch(deliveries, asked('own', { headers: { origin: system.url, 'sec-fetch-site': 'same-origin' } }));
    expect(own.status).toBe(202);
    const rebound = await raw(
      system.url,
      'GET /api/v1/internal/deliveries/1 HTTP/1.1\r\nHost: evil.example\r\nUser-Agent: Mozilla/5.0\r\nConnection: close\r\n\r\n',
    );
    expect(rebound).toContain('403 Forbidden');
    const service = await raw(
      system.url,
      'GET /api/v1/internal/deliveries/1 HTTP/1.1\r\nHost: mail.svc\r\nSec-Fetch-Mode: cors\r\nConnection: close\r\n\r\n',
    );
    expect(service).toContain('404 Not Found');
  });

  it.each([
    { what: 'the headers', sent: 'POST / HTTP/1.1\r\nHost: x\r\n', within: 'MAIL_INTERNAL_HTTP_READ_HEADER_TIMEOUT' },
    {
      what: 'the body',
      sent: 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
      within: 'MAIL_INTERNAL_HTTP_READ_TIMEOUT',
    },
  ])('ends a connection on which $what do not come in time ($within)', async ({ sent }) => {
    expect(await raw(system.url, sent)).toContain('408 Request Timeout');
  });

  it.each(['/healthz', '/readyz', '/metrics', '/', '/api/v1/internal/nothing'])('has nothing at %s', async (path) => {
    const response = await fetch(`${system.url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found' });
  });

  it('keeps what it answered 202 for through kill -9', async () => {
    const accepted = await Promise.all(Array.from({ length: 50 }, (_, index) => system.post('deliveries', `durable-${index}`, command())));
    const intake = system.processes.get('intake-api');
    intake?.kill('SIGKILL');
    await intake?.exited;
    const ids = accepted.map(({ body }) => `'${String(body['delivery_id'])}'`).join(',');
    expect(await count(`deliveries where delivery_id in (${ids})`)).toBe(50);
    await system.start('intake-api');
    expect(await system.post('deliveries', 'durable-0', command())).toMatchObject({ status: 202, body: accepted[0]?.body });
  }, 60_000);

  it('answers 503 with Retry-After while the database is gone, and goes on when it is back', async () => {
    await system.database.allowConnections(false);
    const answer = await system.post('deliveries', 'outage', command());
    expect(answer).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await system.database.allowConnections(true);
    expect((await system.post('deliveries', 'outage', command())).status).toBe(202);
  });
});

describe('a resend', () => {
  let system: MailSystem;
  beforeAll(async () => {
    system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker']);
  }, 90_000);
  afterAll(() => system.stop());

  const ended = async (key: string, more: object = {}): Promise<string> => {
    const id = String((await system.post('deliveries', key, { ...command(), ...more })).body['delivery_id']);
    await eventually('it ends', async () => !['queued', 'sending'].includes(String((await system.get(`deliveries/${id}`)).body['status'])));
    return id;
  };

  it('makes a new delivery with a Message-ID of its own, once a key', async () => {
    const id = await ended('original');
    const first = await system.post(`deliveries/${id}/resend`, 'again', {});
    const second = await system.post(`deliveries/${id}/resend`, 'again', {});
    expect(first).toMatchObject({ status: 202, body: { outcome: 'queued' } });
    expect(second.body).toEqual(first.body);
    const [original, copy] = await Promise.all([
      system.get(`deliveries/${id}`),
      system.get(`deliveries/${String(first.body['delivery_id'])}`),
    ]);
    expect(copy.body['resend_of']).toBe(id);
    expect(copy.body['message_id']).not.toBe(original.body['message_id']);
    const { rows } = await system.database.client.query(`select action, operator from operator_actions where $1 = any(delivery_ids)`, [id]);
    expect(rows).toEqual([{ action: 'resend', operator: 'unknown' }]);
  });

  it('is refused while the delivery has not ended', async () => {
    const { body } = await system.post('deliveries', 'future', { ...command(), deliver_at: '2999-01-01T00:00:00Z' });
    expect(await system.post(`deliveries/${String(body['delivery_id'])}/resend`, 'k', {})).toMatchObject({
      status: 409,
      body: { code: 'not_terminal' },
    });
  });

  it('is refused once the content is wiped', async () => {
    const { body } = await system.post('login-code-deliveries', 'code', { email: 'ada@example.com', code: '123456', locale: 'en' });
    expect(await system.post(`deliveries/${String(body['delivery_id'])}/resend`, 'k', {})).toMatchObject({
      status: 409,
      body: { code: 'content_purged' },
    });
  });

  it('of what is past its expiry needs a new one', async () => {
    const id = await ended('past', { expires_at: '2020-01-01T00:00:00Z' });
    expect(await system.post(`deliveries/${id}/resend`, 'k', {})).toMatchObject({ status: 409, body: { code: 'expired' } });
    expect(await system.post(`deliveries/${id}/resend`, 'k2', { expires_at: '2999-01-01T00:00:00Z' })).toMatchObject({ status: 202 });
  });

  it.each(['01890000-0000-7000-8000-000000000000', 'nonsense'])('of %s finds nothing', async (id) => {
    expect(await system.post(`deliveries/${id}/resend`, 'k', {})).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await system.get(`deliveries/${id}/attempts`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
