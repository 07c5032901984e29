import { Agent, request } from 'node:http';

export interface SentRequest {
  readonly method: string;
  /** With its query, as it stands on the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface ReceivedAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
}

const agent = new Agent({ keepAlive: true });

/** One request under `/api/v1/internal`, sent as it is. */
export function sendRequest(url: string, { method, path, headers, body }: SentRequest): Promise<ReceivedAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((received, failed) => {
    const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(body.length) };
    const options = { agent, hostname, port, method, path: `/api/v1/internal${path}`, headers: { ...headers, ...length } };
    const sending = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        const type = response.headers['content-type'] ?? null;
        const text = Buffer.concat(chunks).toString('utf8');
        received({
          status: response.statusCode ?? 0,
          type,
          headers: response.headers,
          body: type?.includes('json') === true && text !== '' ? (JSON.parse(text) as unknown) : text,
        });
      });
    });
    sending.on('error', failed);
    sending.end(body);
  });
}
