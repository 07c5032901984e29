import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { openApi, operations } from './openapi.js';
import { sendRequest, type ReceivedAnswer } from './send-request.js';

let system: MailSystem;
beforeAll(async () => {
  system = await startMailSystem(['intake-api']);
}, 90_000);
afterAll(() => system.stop());

const ask = (method: string, path: string, headers: Record<string, string> = {}): Promise<ReceivedAnswer> =>
  sendRequest(system.url, { method, path, headers });

const PROBLEM = /^application\/problem\+json(;|$)/;
const problem = (status: number, code: string) => ({
  status,
  type: expect.stringMatching(PROBLEM) as string,
  body: { status, code, type: expect.any(String) as string, trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
});

// Each was once answered otherwise, and found by asking at random.
describe('regressions', () => {
  test.each(['%zz', '%', '%c0%af', 'a%e0%a4'])('an address that cannot be decoded is a problem like any other: %s', async (id) => {
    expect(await ask('GET', `/deliveries/${id}`)).toMatchObject(problem(400, 'bad_request'));
    expect(await ask('GET', `/templates/${id}/none`)).toMatchObject(problem(400, 'bad_request'));
  });

  test.each([100, 101, 128, 129, 4000])('an id of %i characters is looked for, and not found', async (length) => {
    expect(await ask('GET', `/templates/${'a'.repeat(length)}`)).toMatchObject(problem(404, 'not_found'));
    expect(await ask('GET', `/deliveries/${'a'.repeat(length)}`)).toMatchObject(problem(404, 'not_found'));
  });

  test.each(['gzip', 'br, gzip', 'identity', 'nonsense'])('a read is answered whatever Content-Encoding it has: %s', async (coding) => {
    expect(await ask('GET', '/deliveries', { 'content-encoding': coding })).toMatchObject({ status: 200 });
    expect(await ask('HEAD', '/deliveries', { 'content-encoding': coding })).toMatchObject({ status: 200, body: '' });
  });
});

it('a header that is too large is told as that', async () => {
  const answer = await ask('GET', '/deliveries', { 'x-operator': 'o'.repeat(20_000) });
  expect(answer).toMatchObject({ ...problem(431, 'bad_request'), body: { detail: 'The header of the request is larger than 16 KiB.' } });
});

describe('what is not there', () => {
  test.each([
    ['GET', '/nothing'],
    ['GET', '/deliveries/'],
    ['GET', '//deliveries'],
    ['GET', '/Deliveries'],
    ['POST', '/login-code-deliveries/'],
    ['PUT', '/deliveries'],
    ['DELETE', '/deliveries/019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e'],
    ['OPTIONS', '/deliveries'],
  ])('%s %s is a problem, of not_found', async (method, path) => {
    expect(await ask(method, path)).toMatchObject(problem(404, 'not_found'));
  });

  test.each(['/', '/healthz', '/readyz', '/metrics', '/api', '/api/v1', '/api/v2/internal/deliveries'])(
    'outside of the API as well: %s',
    async (path) => {
      const response = await fetch(system.url + path);
      expect([response.status, response.headers.get('content-type')]).toEqual([404, expect.stringMatching(PROBLEM)]);
      expect(await response.json()).toMatchObject({ code: 'not_found' });
    },
  );
});

test.each(operations.filter(({ method, path }) => method === 'get' && !path.includes('{')).map(({ path }) => [path]))(
  'HEAD %s says what GET would, and sends nothing of it',
  async (path) => {
    const [head, got] = [await ask('HEAD', path), await ask('GET', path)];
    expect(head).toMatchObject({ status: got.status, type: got.type, body: '' });
    // Counts change between two answers, but not how many digits they have here.
    if (path !== '/stats') expect(head.headers['content-length']).toBe(got.headers['content-length']);
  },
);

it('the address of the API that the document names is the one that is asked here', () => {
  expect(openApi['servers']).toEqual([{ url: '/api/v1/internal' }]);
});
