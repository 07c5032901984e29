import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface WireTap {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** What the client has put on the wire, connection by connection. */
  readonly said: readonly Buffer[];
}

/** Stands between a client and a server, and keeps every byte of the client; closed when the test is over. */
export async function aWireTap(server: { readonly host: string; readonly port: number }): Promise<WireTap> {
  const said: Buffer[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const at = said.push(Buffer.alloc(0)) - 1;
    const upstream = connect(server.port, server.host);
    client.on('data', (chunk: Buffer) => (said[at] = Buffer.concat([said[at] ?? Buffer.alloc(0), chunk])));
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => [client, upstream].forEach((each) => each.destroy()));
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(async () => {
    const closed = once(listener, 'close');
    listener.close();
    sockets.forEach((socket) => socket.destroy());
    await closed;
  });
  return { host: '127.0.0.1', port: (listener.address() as AddressInfo).port, said };
}
