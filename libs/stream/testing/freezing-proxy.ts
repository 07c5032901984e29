import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy that can stop forwarding without closing anything: a half-open connection, as after a lost route. */
export interface FreezingProxy {
  readonly port: number;
  /** From now on nothing goes through, on connections that are open or new. */
  freeze(): void;
  /** New connections go through again; those that were frozen stay so. */
  thaw(): void;
  close(): Promise<void>;
}

export async function freezingProxy(host: string, port: number): Promise<FreezingProxy> {
  const sockets = new Set<Socket>();
  let passing: Socket[] = [];
  let frozen = false;
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined);
    if (frozen) return void client.pause();
    const upstream = connect(port, host);
    sockets.add(upstream);
    passing.push(client, upstream);
    upstream.on('error', () => undefined);
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      frozen = true;
      for (const socket of passing.splice(0)) {
        socket.unpipe();
        socket.pause();
      }
      passing = [];
    },
    thaw() {
      frozen = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
