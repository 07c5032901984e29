import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { SINK_CERTIFICATE, SINK_PRIVATE_KEY } from '@mail/testing';
import { onTestFinished } from 'vitest';

/** An answer of the token endpoint: a status and a body, as it is where it is a text. `null`: none, ever. */
export type TokenAnswer = { readonly status: number; readonly body: object | string } | null;

export interface TokenServer {
  readonly url: string;
  /** The form of each request. */
  readonly requests: readonly Readonly<Record<string, string>>[];
}

/** A real OAuth2 token endpoint; `answer` is given the number of the request, from 1. Closed when the test is over. */
export async function aTokenServer(
  answer: (request: number) => TokenAnswer | Promise<TokenAnswer>,
  protocol: 'http' | 'https' = 'http',
): Promise<TokenServer> {
  const requests: Record<string, string>[] = [];
  const listener: RequestListener = (request, response) => {
    void (async () => {
      let form = '';
      for await (const chunk of request) form += String(chunk);
      const number = requests.push(Object.fromEntries(new URLSearchParams(form)));
      const given = request.method === 'POST' ? await answer(number) : { status: 405, body: {} };
      if (given === null) return;
      response.writeHead(given.status, { 'content-type': 'application/json' });
      response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
    })();
  };
  const server =
    protocol === 'http' ? createHttpServer(listener) : createHttpsServer({ key: SINK_PRIVATE_KEY, cert: SINK_CERTIFICATE }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${protocol}://${protocol === 'http' ? '127.0.0.1' : 'localhost'}:${port}/token`, requests };
}
