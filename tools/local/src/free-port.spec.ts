import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePort } from './free-port.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

function listen(host: string | undefined, port = 0): Promise<number> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve) => server.listen({ port, host }, () => resolve((server.address() as AddressInfo).port)));
}

it.each([['127.0.0.1'], ['0.0.0.0'], [undefined]])('a port that somebody listens on at %s is never given', async (host) => {
  const taken = await listen(host);
  expect(await freePort(taken)).not.toBe(taken);
});

it('a preferred port is given where it is free', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
});

it('a port that is given can be listened on', async () => {
  const port = await freePort();
  expect(await listen('127.0.0.1', port)).toBe(port);
});
