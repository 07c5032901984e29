import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { runMailctl } from './run-mailctl.js';

// Each starts processes, of which a busy machine needs some time for each.
vi.setConfig({ testTimeout: 120_000 });

describe('an operator of any script', () => {
  let system: MailSystem;
  beforeAll(async () => {
    system = await startMailSystem(['intake-api']);
  }, 90_000);
  afterAll(() => system.stop());

  const queued = async (key: string): Promise<string> => {
    const content = { mode: 'rendered', subject: 's', text: 't' };
    const { body } = await system.post('deliveries', key, {
      source: 'shop',
      to: ['a@example.com'],
      content,
      deliver_at: '2999-01-01T00:00:00Z',
    });
    return String(body['delivery_id']);
  };
  const operators = async (filter = ''): Promise<unknown[]> => {
    const { body } = await system.get(`operator-actions${filter}`);
    return (body['items'] as { operator: string }[]).map(({ operator }) => operator);
  };

  it('is written down as named, by mailctl and by whoever sends UTF-8 or ISO-8859-1, and found by the name', async () => {
    expect(await runMailctl(system, ['deliveries', 'cancel', await queued('one'), '--operator', 'Zoë Λ'])).toMatchObject({
      code: 0,
    });
    for (const operator of ['Zoë', Buffer.from('Zoë').toString('latin1')]) {
      const path = `${system.url}/api/v1/internal/deliveries/${await queued(operator.length === 3 ? 'two' : 'three')}/cancel`;
      expect((await fetch(path, { method: 'POST', headers: { 'x-operator': operator } })).status).toBe(200);
    }
    expect(await operators()).toEqual(['Zoë', 'Zoë', 'Zoë Λ']);
    expect(await operators(`?operator=${encodeURIComponent('Zoe\u0308')}`)).toEqual(['Zoë', 'Zoë']);
    const { stdout } = await runMailctl(system, ['actions', 'list', '--by', 'Zoë Λ']);
    expect(stdout).toContain('Zoë Λ');
  });
});

describe('mailctl at a port that is no mail service', () => {
  const answering = (status: number, type: string, body: string): Server => {
    const listener: RequestListener = (_request, response) => response.writeHead(status, { 'content-type': type }).end(body);
    return createHttpServer(listener);
  };
  test.each([
    ['says 404 in HTML', () => answering(404, 'text/html', '<h1>Not found</h1>')],
    ['says 404 in JSON', () => answering(404, 'application/json', '{"error":"not found"}')],
    ['says 404 in JSON with a code like ours', () => answering(404, 'application/json', '{"code":"not_found"}')],
    ['says 401', () => answering(401, 'text/plain', 'who are you?')],
    ['says 200 with a page', () => answering(200, 'text/html', '<html></html>')],
    ['speaks another protocol', () => createServer((socket) => socket.end('220 mail.example.com ESMTP\r\n'))],
  ])('exits 70: it %s', async (_what, open) => {
    const server = open().listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await runMailctl({ url }, ['deliveries', 'show', '01890000-0000-7000-8000-000000000000'])).toMatchObject({
        code: 70,
        stdout: '',
      });
    } finally {
      server.close();
    }
  });
});
