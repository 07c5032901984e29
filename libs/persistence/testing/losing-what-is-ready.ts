import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface LosingWhatIsReady {
  readonly dsn: string;
  /** Connections that were lost so. */
  readonly count: number;
  /** Has the next connection lost as it is made. */
  next(): void;
  close(): Promise<void>;
}

/** ReadyForQuery, idle: the last of what the server says to one who has logged in. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** A way to PostgreSQL on which its readiness and the end of the connection, caused by `terminate`, arrive in one piece. */
export async function losingWhatIsReady(dsn: string, terminate: () => Promise<unknown>): Promise<LosingWhatIsReady> {
  const target = new URL(dsn);
  const sockets = new Set<Socket>();
  let armed = false;
  let count = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let held: Buffer[] | null = null;
    upstream.on('data', (chunk) => {
      if (held !== null) return void held.push(chunk);
      if (!armed || !chunk.includes(READY)) return void client.write(chunk);
      armed = false;
      held = [chunk];
      void terminate();
    });
    upstream.on('end', () => {
      if (held !== null) count += 1;
      client.end(Buffer.concat(held ?? []));
    });
    client.on('data', (chunk) => upstream.write(chunk));
    client.on('end', () => upstream.end());
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const here = new URL(dsn);
  here.hostname = '127.0.0.1';
  here.port = String((server.address() as AddressInfo).port);
  return {
    dsn: here.href,
    get count() {
      return count;
    },
    next: () => void (armed = true),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
