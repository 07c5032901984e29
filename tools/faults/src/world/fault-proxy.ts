import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** `pass` forwards, `refuse` is a server that is down, `hang` is a network that swallows every packet and tells nobody. */
export type ProxyMode = 'pass' | 'refuse' | 'hang';

/** What is done to the next connection on which the client says certain bytes. */
export interface Cut {
  readonly bytes: string;
  /** `before`: they never reach the server. `after`: the server has done what they ask, and its answer never comes. */
  readonly side: 'before' | 'after';
  /** Default: the connection breaks. `hang`: it stays, and nothing more passes before the mode is `pass` again. */
  readonly how?: 'hang';
}

/** A TCP proxy on loopback that breaks connections as networks do. */
export interface FaultProxy {
  readonly port: number;
  mode(mode: ProxyMode): void;
  /** Where new connections go. */
  target(port: number): void;
  /** Resets every connection that is open; new ones pass. Returns how many there were. */
  reset(): number;
  /** Breaks the next connection that says these bytes, once. Resolves when it is broken. */
  cut(cut: Cut): Promise<void>;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

interface ArmedCut extends Cut {
  readonly done: () => void;
}

export async function openFaultProxy(targetPort: number): Promise<FaultProxy> {
  let now: ProxyMode = 'pass';
  let to = targetPort;
  let armed: ArmedCut | null = null;
  const links = new Set<Link>();

  const destroy = ({ client, server }: Link): void => {
    client.resetAndDestroy();
    server.destroy();
  };
  const accept = (client: Socket): void => {
    if (now === 'refuse') return void client.resetAndDestroy();
    const server = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const link = { client, server };
    /** Set once the answer to the cut's bytes is all that may still come, and must not arrive. */
    let swallowing: ArmedCut | null = null;
    links.add(link);
    const said = (chunk: Buffer): void => {
      const cut = armed;
      if (cut !== null && chunk.includes(cut.bytes)) {
        armed = null;
        if (cut.how === 'hang' && cut.side === 'before') {
          halt(link);
          client.unshift(chunk);
          return cut.done();
        }
        if (cut.side === 'before') {
          destroy(link);
          return cut.done();
        }
        swallowing = cut;
      }
      forward(client, server, chunk);
    };
    const answered = (chunk: Buffer): void => {
      if (swallowing === null) return forward(server, client, chunk);
      const { how, done } = swallowing;
      if (how === 'hang') {
        swallowing = null;
        halt(link);
        server.unshift(chunk);
      } else {
        destroy(link);
      }
      done();
    };
    client.on('data', said);
    server.on('data', answered);
    client.on('end', () => server.end());
    server.on('end', () => client.end());
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        links.delete(link);
        other.destroy();
      });
    }
    if (now === 'hang') halt(link);
  };
  const forward = (from: Socket, into: Socket, chunk: Buffer): void => {
    if (into.write(chunk)) return;
    from.pause();
    into.once('drain', () => now !== 'hang' && from.resume());
  };
  const halt = ({ client, server }: Link): void => {
    client.pause();
    server.pause();
  };
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, accept);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    mode(mode) {
      now = mode;
      if (mode === 'refuse') for (const link of links) destroy(link);
      if (mode === 'hang') for (const link of links) halt(link);
      if (mode !== 'pass') return;
      for (const { client, server } of links) {
        client.resume();
        server.resume();
      }
    },
    target(port) {
      to = port;
    },
    reset() {
      const open = links.size;
      for (const link of links) destroy(link);
      return open;
    },
    cut: (cut) => new Promise((done) => (armed = { ...cut, done })),
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      for (const link of links) destroy(link);
      await closed;
    },
  };
}
