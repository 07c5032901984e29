import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What a program of the bench does when asked to: JSON in, JSON out. */
export type Commands = Readonly<Record<string, (body: never) => Promise<unknown>>>;

/** Serves commands on a free port of loopback, and says by a log line that the program is ready, and where. */
export async function serveCommands(commands: Commands): Promise<void> {
  const server = createServer((incoming, response) => {
    const answer = async (): Promise<string> => {
      const command = commands[(incoming.url ?? '').slice(1)];
      if (command === undefined) throw new Error(`There is no command ${incoming.url}`);
      return JSON.stringify((await command(JSON.parse(await text(incoming)) as never)) ?? null);
    };
    answer().then(
      (body) => response.end(body),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  console.log(JSON.stringify({ event: 'started', port: (server.address() as AddressInfo).port }));
}

/** Has a program of the bench do something, however long that takes. Rejects with what the program says when it fails. */
export async function command<Answer>(port: number, name: string, body: unknown = {}): Promise<Answer> {
  const asking = request({ host: '127.0.0.1', port, path: `/${name}`, method: 'POST' });
  asking.end(JSON.stringify(body));
  const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(`${name}: ${answer}`);
  return JSON.parse(answer) as Answer;
}
