import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { mailApi } from './mail-api.ts';
import type { Answer } from './mail-api.ts';
import type { MailStore } from './mail-store.ts';

const page = (name: string, type: string): Answer => ({
  status: 200,
  type: `${type}; charset=utf-8`,
  body: readFileSync(new URL(`./page/${name}`, import.meta.url)),
});

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
/** A name that some page on the web points at loopback (DNS rebinding) is no name of ours. */
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** The inbox's page and its JSON interface, on loopback. Resolves to the port once it listens. */
export function openWebDoor({ store, port }: { store: MailStore; port: number }): Promise<{ port: number; close: () => void }> {
  const pages = new Map([
    ['/', page('index.html', 'text/html')],
    ['/inbox.js', page('inbox.js', 'text/javascript')],
    ['/inbox.css', page('inbox.css', 'text/css')],
  ]);
  const api = mailApi(store);
  const missing: Answer = { status: 404, type: 'text/plain', body: 'Not found.\n' };

  const answer = async (method: string, host: string, target: string): Promise<Answer> => {
    if (!OWN_HOST.test(host)) return { status: 403, type: 'text/plain', body: 'Ask for localhost.\n' };
    if (method !== 'GET') return { status: 405, type: 'text/plain', body: 'The inbox is read only.\n' };
    const url = new URL(target, 'http://localhost');
    return pages.get(url.pathname) ?? (await api(url)) ?? missing;
  };

  const server = createServer((request, response) => {
    answer(request.method ?? '', request.headers.host ?? '', request.url ?? '/')
      .catch((error: unknown): Answer => {
        console.error(error);
        return { status: 500, type: 'text/plain', body: 'The mail cannot be read; see the log of the inbox.\n' };
      })
      .then(({ status, type, body, headers }) => {
        response.writeHead(status, {
          'content-type': type,
          'content-security-policy': PAGE_POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-store',
          ...headers,
        });
        response.end(body);
      }, console.error);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('The inbox page listens on no port.'));
      const close = (): void => {
        server.close();
        server.closeAllConnections();
      };
      resolve({ port: address.port, close });
    });
  });
}
