import { afterEach, describe, expect, it, test } from 'vitest';
import { problem, scriptedServer, type Scripted, type ScriptedServer } from '../testing/scripted-server.js';
import { createMailClient, type MailClient } from './mail-client.js';
import { MailProblem, MailUnreachable } from './mail-problem.js';
import type { MailClientOptions } from './request.js';

const ID = '01890000-0000-7000-8000-000000000000';
const REQUEST = { source: 'shop', to: ['a@example.com'], content: { mode: 'rendered', subject: 's', text: 't' } } as const;
const ACCEPTED = { status: 202, body: { delivery_id: ID, outcome: 'queued' } };
const OVERLOADED = problem(503, 'overloaded', { 'retry-after': '0' });

let server: ScriptedServer;
afterEach(() => server.close());

async function clientOf(answers: Scripted[], options: Partial<MailClientOptions> = {}): Promise<MailClient> {
  server = await scriptedServer(...answers);
  return createMailClient({ url: server.url, retry: { baseDelayMs: 1 }, ...options });
}
const failure = async (of: Promise<unknown>): Promise<unknown> =>
  of.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('a command', () => {
  it('that was turned away or not answered is sent again, with the same key and the same bytes', async () => {
    const client = await clientOf([OVERLOADED, 'hang up', problem(502, 'x'), ACCEPTED]);
    expect(await client.acceptDelivery(REQUEST, { idempotencyKey: 'one' })).toEqual({
      delivery_id: ID,
      outcome: 'queued',
      replayed: false,
    });
    expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['one', 'one', 'one', 'one']);
    expect(new Set(server.seen.map(({ body }) => body))).toEqual(new Set([JSON.stringify(REQUEST)]));
  });

  it('that was accepted before is told so', async () => {
    const client = await clientOf([{ ...ACCEPTED, headers: { 'idempotency-replayed': 'true' } }]);
    expect(await client.acceptDelivery(REQUEST, { idempotencyKey: 'one' })).toMatchObject({ replayed: true });
  });

  it('is not sent later than was asked for, and not sooner', async () => {
    const startedAt = performance.now();
    const client = await clientOf([problem(503, 'overloaded', { 'retry-after': '1' }), ACCEPTED]);
    await client.acceptDelivery(REQUEST, { idempotencyKey: 'one' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
    const hurried = createMailClient({ url: server.url, retry: { maxElapsedMs: 100 } });
    await server.close();
    server = await scriptedServer(problem(503, 'overloaded', { 'retry-after': '3600' }));
    expect(await failure(createMailClient({ url: server.url }).acceptDelivery(REQUEST, { idempotencyKey: 'two' }))).toMatchObject({
      code: 'overloaded',
      tries: 1,
      retryAfterMs: 3_600_000,
    });
    expect(await failure(hurried.acceptDelivery(REQUEST, { idempotencyKey: 'two' }))).toBeInstanceOf(MailUnreachable);
  });

  it('is given up after so many tries, with the last answer', async () => {
    const client = await clientOf([OVERLOADED], { retry: { maxTries: 3, baseDelayMs: 1 } });
    expect(await failure(client.acceptDelivery(REQUEST, { idempotencyKey: 'one' }))).toMatchObject({ code: 'overloaded', tries: 3 });
    expect(server.seen).toHaveLength(3);
  });

  it('that is refused is sent once', async () => {
    const client = await clientOf([problem(400, 'validation_failed')]);
    await failure(client.acceptDelivery(REQUEST, { idempotencyKey: 'one' }));
    expect(server.seen).toHaveLength(1);
  });

  it('without a key that could be one is not sent', async () => {
    const client = await clientOf([ACCEPTED]);
    await expect(client.acceptDelivery(REQUEST, { idempotencyKey: '' })).rejects.toThrow(TypeError);
    expect(server.seen).toHaveLength(0);
  });
});

describe('what an operator asks', () => {
  it('is not asked again after a 504', async () => {
    const client = await clientOf([problem(504, 'operator_timeout')]);
    expect(await failure(client.stats())).toMatchObject({ code: 'operator_timeout', status: 504, tries: 1 });
  });

  it('is asked again where that changes nothing, and once where it might', async () => {
    const client = await clientOf(['hang up']);
    await failure(client.deliveries.get(ID));
    expect(server.seen).toHaveLength(5);
    await failure(client.deliveries.cancel(ID));
    await failure(client.stream.adopt({ confirm: 's' }));
    expect(server.seen).toHaveLength(7);
  });

  it('names the operator, and what is asked for', async () => {
    const client = await clientOf([{ status: 200, body: { items: [], next_cursor: null } }], { operator: 'ada lovelace' });
    await client.deliveries.list({
      status: ['sent', 'failed'],
      tags: { tenant: 'a&b' },
      created_from: new Date(0),
      source: undefined,
      limit: 2,
    });
    const [seen] = server.seen;
    expect([seen?.method, seen?.path, seen?.headers['x-operator']]).toEqual([
      'GET',
      '/api/v1/internal/deliveries?status=sent&status=failed&created_from=1970-01-01T00%3A00%3A00.000Z&limit=2&tag.tenant=a%26b',
      'ada lovelace',
    ]);
  });

  it('comes page by page', async () => {
    const page = (item: number, next_cursor: string | null) => ({ status: 200, body: { items: [item], next_cursor } });
    const client = await clientOf([page(1, 'c1'), page(2, 'c2'), page(3, null)]);
    const items: unknown[] = [];
    for await (const item of client.deadLetters.all({ limit: 1 })) items.push(item);
    expect(items).toEqual([1, 2, 3]);
    expect(server.seen.map(({ path }) => path.split('?')[1])).toEqual(['limit=1', 'limit=1&cursor=c1', 'limit=1&cursor=c2']);
  });

  it.each(['../stats', 'a/b', 'a?b'])('stays within its path: %s', async (id) => {
    const client = await clientOf([{ status: 200 }]);
    await client.deliveries.get(id);
    expect(server.seen[0]?.path).toBe(`/api/v1/internal/deliveries/${encodeURIComponent(id)}`);
  });
});

describe('a failure', () => {
  it('is the problem that the service answered', async () => {
    const errors = [{ pointer: '/to/0', detail: 'must be an address' }];
    const client = await clientOf([{ status: 400, body: { ...(problem(400, 'validation_failed').body as object), errors } }]);
    const error = await failure(client.deliveries.list());
    expect(error).toBeInstanceOf(MailProblem);
    expect(error).toMatchObject({ code: 'validation_failed', status: 400, detail: 'The detail.', errors, trace_id: 'a'.repeat(32) });
    expect(String(error)).toBe('MailProblem: 400 validation_failed: The detail.');
  });

  it('of another service, whatever its code, is an unexpected answer', async () => {
    const client = await clientOf([{ status: 404, body: { code: 'not_found' }, headers: { 'content-type': 'application/json' } }]);
    expect(await failure(client.stats())).toMatchObject({ code: 'unexpected_answer', status: 404 });
  });

  test.each([
    [404, '<html>nginx</html>'],
    [200, '<html>a login page</html>'],
    [302, ''],
    [500, '[]'],
    [500, 'null'],
  ])('by something else that answers %i is an unexpected answer', async (status, body) => {
    const client = await clientOf([{ status, body, headers: { location: '/elsewhere' } }]);
    expect(await failure(client.stats())).toMatchObject({ code: 'unexpected_answer', status, errors: [] });
    expect(server.seen).toHaveLength(1);
  });

  it('to answer in time is told as that', async () => {
    const client = await clientOf(['silence'], { timeoutMs: 50, retry: { maxTries: 2, baseDelayMs: 1 } });
    const error = await failure(client.deliveries.list({ recipient: 'secret@example.com' }));
    expect(error).toBeInstanceOf(MailUnreachable);
    expect(String(error)).toMatch(/GET http:\S+\/api\/v1\/internal\/deliveries: no answer within 50 ms \(2 tries\)$/);
  });

  it('to connect names its cause', async () => {
    const client = await clientOf([ACCEPTED]);
    await server.close();
    expect(String(await failure(client.stats()))).toContain('ECONNREFUSED');
    server = await scriptedServer();
  });
});

it('a caller who gives up gets the own reason, also between two tries', async () => {
  const client = await clientOf([problem(503, 'overloaded', { 'retry-after': '20' })]);
  const controller = new AbortController();
  const asked = failure(client.stats({ signal: controller.signal }));
  while (server.seen.length === 0) await new Promise(setImmediate);
  const reason = new Error('enough');
  controller.abort(reason);
  expect(await asked).toBe(reason);
  expect(await failure(client.stats({ signal: controller.signal }))).toBe(reason);
  expect(server.seen).toHaveLength(1);
});

describe('a client is not made of an option that cannot be used, and says which, what it is, and what it must be', () => {
  const url = 'http://mail.internal:8080';
  const ADDRESS = 'url must be an http:// or https:// address such as http://mail.internal:8080';
  test.each([
    [{ url: '127.0.0.1:8080' }, `${ADDRESS}, and is "127.0.0.1:8080": did you mean http://127.0.0.1:8080?`],
    [{ url: 'localhost:8080' }, `${ADDRESS}, and is "localhost:8080": did you mean http://localhost:8080?`],
    [{ url: 'mail' }, `${ADDRESS}, and is "mail": did you mean http://mail?`],
    [{ url: 'redis://mail:6379' }, `${ADDRESS}, and is "redis://mail:6379"`],
    [{ url: '' }, `${ADDRESS}, and is ""`],
    [{ url: 'http://' }, `${ADDRESS}, and is "http://"`],
    [{ url: undefined }, `${ADDRESS}, and is undefined`],
    [{ url: 'http://ada:hunter2@mail' }, 'url must not hold a user name or a password'],
    [{ url: 'http://mail/?a=b' }, 'url must end with its path, and is "http://mail/?a=b"'],
    [{ url, operator: '' }, 'operator must have 1 to 128 visible characters, spaces within, and is ""'],
    [{ url, operator: 'a\nb' }, 'operator must have'],
    [{ url, operator: 'ada\u202e' }, 'operator must have'],
    [{ url, operator: 'o'.repeat(129) }, 'operator must have'],
    [{ url, operator: 7 }, 'operator must have 1 to 128 visible characters, spaces within, and is 7'],
    [{ url, timeoutMs: 0 }, 'timeoutMs must be a number from 1 to 2147483647 (ms), and is 0'],
    [{ url, timeoutMs: Number.NaN }, 'timeoutMs must be a number from 1 to 2147483647 (ms), and is NaN'],
    [{ url, timeoutMs: '10s' }, 'timeoutMs must be a number from 1 to 2147483647 (ms), and is "10s"'],
    [{ url, retry: { maxTries: 0 } }, 'retry.maxTries must be a number from 1'],
    [{ url, retry: { maxElapsedMs: -1 } }, 'retry.maxElapsedMs must be a number from 0'],
    [{ url, fetch: 'node-fetch' }, 'fetch must be a function, and is "node-fetch"'],
  ])('%j', (options, message) => {
    const make = () => createMailClient(options as Parameters<typeof createMailClient>[0]);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it('a password in an address is not repeated', () => {
    expect(() => createMailClient({ url: 'http://ada:hunter2@mail' })).not.toThrow('hunter2');
  });
});

it.each(['Zoë', 'Ζωή Λάμπρου', '佐藤', 'Zoe\u0308', 'ada 🚀'])(
  'an operator may be named %s: the header has the octets of UTF-8',
  async (operator) => {
    const client = await clientOf([{ status: 200 }], { operator });
    await client.stats();
    expect(Buffer.from(String(server.seen[0]?.headers['x-operator']), 'latin1').toString('utf8')).toBe(operator);
  },
);
