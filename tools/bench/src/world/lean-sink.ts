import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { monotonicMs } from './monotonic-ms.ts';

export interface SinkTally {
  /** Mails accepted since the last reset. */
  readonly mails: number;
  /** Of these, how many to an address that had none before. */
  readonly distinct: number;
  /** Of what came after DATA, as it was on the wire. */
  readonly bytes: number;
  /** How often something came that was answered: the round trips of the clients. */
  readonly turns: number;
  /** When the newest was accepted, by the monotonic clock. */
  readonly lastMs: number;
}

export interface LeanSink {
  readonly port: number;
  tally(): SinkTally;
  /** Resolves once so many mails have come, or the time is over. */
  await(mails: number, withinMs: number): Promise<SinkTally>;
  /** When the mail to `p<number>@…` was accepted, by number; once there are so many, or the time is over. */
  probes(count: number, withinMs: number): Promise<Record<string, number>>;
  reset(): void;
  close(): void;
}

const EXTENSIONS = '250-sink\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250 8BITMIME\r\n';
const END_OF_DATA = '\r\n.\r\n';
const RECIPIENT = /<([mp])(\d+)@/;

/**
 * An SMTP server that takes everything and keeps nothing but counts and times, so that it costs little beside what is measured. It
 * speaks plain text, and knows just enough for a client that speaks properly. Mails are told apart by their recipient: `m<number>@…`, or
 * `p<number>@…` where the time is to be remembered.
 */
export async function leanSink(): Promise<LeanSink> {
  let tally = { mails: 0, distinct: 0, bytes: 0, turns: 0, lastMs: 0 };
  let seen = new Set<string>();
  let probes: Record<string, number> = {};
  let waiting: { isOver: () => boolean; resolve: () => void }[] = [];
  const sockets = new Set<Socket>();

  const accept = (recipients: readonly string[]): void => {
    tally.lastMs = monotonicMs();
    tally.mails += 1;
    for (const recipient of recipients) {
      if (seen.has(recipient)) continue;
      seen.add(recipient);
      tally.distinct += 1;
      if (recipient.startsWith('p')) probes[recipient.slice(1)] = tally.lastMs;
    }
    if (waiting.length === 0) return;
    for (const one of waiting) if (one.isOver()) one.resolve();
    waiting = waiting.filter((one) => !one.isOver());
  };

  const until = async (isOver: () => boolean, withinMs: number): Promise<void> => {
    if (isOver()) return;
    await new Promise<void>((resolve) => {
      waiting.push({ isOver, resolve });
      setTimeout(resolve, withinMs).unref();
    });
  };

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending: Buffer = Buffer.alloc(0);
    let inData = false;
    let recipients: string[] = [];
    const answer = (line: string): string => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'RCPT') recipients.push(RECIPIENT.exec(line)?.slice(1).join('') ?? line);
      if (verb === 'MAIL' || verb === 'RSET') recipients = [];
      if (verb === 'EHLO') return EXTENSIONS;
      if (verb === 'QUIT') {
        socket.end('221 bye\r\n');
        return '';
      }
      inData = verb === 'DATA';
      return inData ? '354 go on\r\n' : '250 ok\r\n';
    };
    socket.write('220 sink\r\n');
    socket.on('data', (chunk) => {
      const buffer = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      let at = 0;
      let replies = '';
      for (;;) {
        const end = buffer.indexOf(inData ? END_OF_DATA : '\n', at);
        if (end < 0) break;
        if (inData) {
          tally.bytes += end + END_OF_DATA.length - at;
          at = end + END_OF_DATA.length;
          inData = false;
          accept(recipients);
          replies += '250 2.0.0 taken\r\n';
        } else {
          replies += answer(buffer.toString('latin1', at, end).trimEnd());
          at = end + 1;
        }
      }
      pending = buffer.subarray(at);
      if (replies === '' || socket.writableEnded) return;
      tally.turns += 1;
      socket.write(replies);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    tally: () => ({ ...tally }),
    async await(mails, withinMs) {
      await until(() => tally.mails >= mails, withinMs);
      return { ...tally };
    },
    async probes(count, withinMs) {
      await until(() => Object.keys(probes).length >= count, withinMs);
      return probes;
    },
    reset() {
      tally = { mails: 0, distinct: 0, bytes: 0, turns: 0, lastMs: 0 };
      seen = new Set();
      probes = {};
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
