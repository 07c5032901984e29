import { connect } from 'node:net';
import type { HttpRequestCase } from '@mail/testing';

export interface RawAnswer {
  /** `null`: the connection ended without an answer. */
  readonly status: number | null;
  readonly contentType: string | null;
  /** Of JSON, else empty. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Sends a request byte by byte as it stands, with `Host` and `Connection: close`, and reads until the server ends the
 * connection. One that is to break off is half-closed after its last byte.
 */
export async function rawRequest(
  url: string,
  { method = 'POST', path = 'deliveries', headers, body, expect }: HttpRequestCase,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const lines = [
    `${method} /api/v1/internal/${path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('data', (data: Buffer) => chunks.push(data));
  // A server that has answered may not read on: what counts is the answer.
  socket.on('error', () => {});
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
  if (expect === 'closes') socket.end(bytes);
  else socket.write(bytes);
  await closed;
  return parseAnswer(Buffer.concat(chunks).toString('utf8'));
}

function parseAnswer(text: string): RawAnswer {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const status = /^HTTP\/1\.1 ([0-9]{3}) /.exec(head)?.[1];
  const contentType = /^content-type: (.+)$/im.exec(head)?.[1]?.trim() ?? null;
  const isJson = contentType?.includes('json') === true && body.startsWith('{');
  return {
    status: status === undefined ? null : Number(status),
    contentType,
    body: isJson ? (JSON.parse(body) as Record<string, unknown>) : {},
  };
}
