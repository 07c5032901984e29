// Loads an HTTP intake with autocannon, every request a command of its own. Called with the folder of the peers.
import { benchMail } from '../world/bench-mail.ts';
import { loadPeer } from '../peers/peer-packages.ts';
import { serveCommands } from '../world/control.ts';

interface Request {
  headers?: Record<string, string>;
  body?: string;
}

interface Result {
  readonly '2xx': number;
  readonly non2xx: number;
  readonly errors: number;
  readonly duration: number;
}

type Autocannon = (options: Record<string, unknown>) => Promise<Result>;

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Begins the idempotency keys. */
  readonly run: string;
}

const autocannon = loadPeer<Autocannon>(process.argv[2] ?? '', 'autocannon');

async function load({ url, connections, seconds, run }: Load): Promise<{ perSecond: number }> {
  let number = 0;
  const setupRequest = (request: Request): Request => {
    number += 1;
    const { to, subject, text, html } = benchMail(number);
    const command = { source: 'bench', to: [to], content: { mode: 'rendered', subject, text, html } };
    const headers = { 'content-type': 'application/json', 'idempotency-key': `${run}-${number}` };
    return { ...request, headers, body: JSON.stringify(command) };
  };
  const result = await autocannon({
    url: `${url}/api/v1/internal/deliveries`,
    method: 'POST',
    connections,
    duration: seconds,
    requests: [{ setupRequest }],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} requests failed`);
  return { perSecond: result['2xx'] / result.duration };
}

await serveCommands({ load });
