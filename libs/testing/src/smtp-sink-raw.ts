import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** One client of a raw server, seen from the server. What waits for the client rejects once the client is gone. */
export interface RawPeer {
  readonly socket: Socket;
  /** 1 for the first client, 2 for the second. */
  readonly number: number;
  /** Says lines as they are; CRLF is added to each. */
  say(...lines: string[]): void;
  /** The next line of the client, without its CRLF. */
  line(): Promise<string>;
  /** The lines up to and with the one that is a lone dot. */
  untilDot(): Promise<string[]>;
  /** Banner, EHLO (whose line it returns), and these extensions. */
  greet(...extensions: string[]): Promise<string>;
  /** Resolves when the client has gone. */
  gone(): Promise<void>;
}

export interface RawSmtp {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Connections opened so far. */
  readonly connections: number;
  /** Rejects with what a script threw, but for a client that left. */
  close(): Promise<void>;
}

class PeerGone extends Error {}

/** A TCP server on 127.0.0.1 that says what SMTP servers should not: garbage, half a reply, nothing. The script is one dialogue. */
export async function startRawSmtp(script: (peer: RawPeer) => Promise<void> | void): Promise<RawSmtp> {
  const sockets = new Set<Socket>();
  const failures: unknown[] = [];
  let connections = 0;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const peer = rawPeer(socket, ++connections);
    Promise.resolve(script(peer)).catch((error: unknown) => {
      if (!(error instanceof PeerGone)) failures.push(error);
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await closed;
      if (failures.length > 0) throw new AggregateError(failures, 'a raw SMTP script failed');
    },
  };
}

function rawPeer(socket: Socket, number: number): RawPeer {
  let rest = '';
  let wake = (): void => {};
  let left = false;
  socket.on('data', (chunk: Buffer) => {
    rest += chunk.toString('utf8');
    wake();
  });
  for (const end of ['end', 'close']) {
    socket.on(end, () => {
      left = true;
      wake();
    });
  }

  async function line(): Promise<string> {
    for (;;) {
      const end = rest.indexOf('\r\n');
      if (end !== -1) {
        const found = rest.slice(0, end);
        rest = rest.slice(end + 2);
        return found;
      }
      if (left) throw new PeerGone('the client is gone');
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  async function untilDot(): Promise<string[]> {
    const lines: string[] = [];
    do lines.push(await line());
    while (lines.at(-1) !== '.');
    return lines;
  }
  const say = (...lines: string[]): void => void socket.write(lines.map((each) => `${each}\r\n`).join(''));
  async function greet(...extensions: string[]): Promise<string> {
    say('220 raw.test ESMTP');
    const ehlo = await line();
    const all = ['raw.test', ...extensions];
    say(...all.map((each, at) => `250${at === all.length - 1 ? ' ' : '-'}${each}`));
    return ehlo;
  }
  // Not by `once`, which rejects when the client resets the connection: it has gone then, too.
  const gone = (): Promise<void> =>
    socket.closed ? Promise.resolve() : new Promise((resolve) => void socket.once('close', () => resolve()));
  return { socket, number, say, line, untilDot, greet, gone };
}
