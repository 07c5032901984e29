import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

export type Scripted = ScriptedAnswer | 'hang up' | 'silence';

/** An HTTP server that answers what a good service would not: in this order, the last for ever; `hang up` and `silence` are no answers. */
export async function scriptedServer(...answers: Scripted[]): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const answer = answers[Math.min(seen.length, answers.length - 1)];
      seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      if (answer === 'silence') return;
      if (answer === undefined || answer === 'hang up') {
        request.socket.destroy();
        return;
      }
      const problem = answer.status >= 400;
      response.writeHead(answer.status, { 'content-type': problem ? 'application/problem+json' : 'application/json', ...answer.headers });
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A problem document. */
export function problem(status: number, code: string, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  const body = { type: `urn:mail-service:problem:${code}`, title: 'Title', status, detail: 'The detail.', code, trace_id: 'a'.repeat(32) };
  return { status, headers, body };
}
