import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What clients have said to PostgreSQL since the last reset. */
export interface Spoken {
  /** Times that a client waited for an answer: messages Query and Sync. */
  roundTrips: number;
  /** Statements executed: messages Query and Execute. */
  statements: number;
  /** Bytes to the server. */
  bytes: number;
}

export interface CountingProxy {
  readonly port: number;
  readonly spoken: Readonly<Spoken>;
  reset(): void;
  close(): Promise<void>;
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const QUERY = 0x51;
const SYNC = 0x53;
const EXECUTE = 0x45;
/** A type of one byte, and a length of four that counts itself. */
const HEAD_BYTES = 5;

/** Counts the messages in what one client writes. The first has no type, and is passed over. */
function countMessages(spoken: Spoken): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  let started = false;
  /** Of a message that is under way. */
  let rest = 0;
  return (chunk) => {
    spoken.bytes += chunk.length;
    let buffer = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const passed = Math.min(rest, buffer.length);
      rest -= passed;
      buffer = buffer.subarray(passed);
      const head = started ? HEAD_BYTES : HEAD_BYTES - 1;
      if (rest > 0 || buffer.length < head) break;
      const type = started ? buffer[0] : undefined;
      if (type === QUERY || type === SYNC) spoken.roundTrips += 1;
      if (type === QUERY || type === EXECUTE) spoken.statements += 1;
      rest = buffer.readUInt32BE(head - 4) + (started ? 1 : 0);
      started = true;
    }
    pending = buffer;
  };
}

/** Between processes and a PostgreSQL without TLS: passes everything on, and counts what goes to the server. */
export async function countingProxy(host: string, port: number): Promise<CountingProxy> {
  const spoken: Spoken = { roundTrips: 0, statements: 0, bytes: 0 };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host, port, noDelay: true });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
    client.on('data', countMessages(spoken));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    spoken,
    reset: () => void Object.assign(spoken, { roundTrips: 0, statements: 0, bytes: 0 }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
