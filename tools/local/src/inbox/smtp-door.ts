import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { MailStore } from './mail-store.ts';

const LARGEST_MAIL_BYTES = 64 * 1024 * 1024;

export interface SmtpDoorOptions {
  readonly store: MailStore;
  readonly port: number;
  /** Waits this long before the final 250, so that attempts are in flight when something is killed. */
  readonly replyDelayMs: number;
}

/** Replies to commands that came together (RFC 2920) go together: a write each is a third of what a mail costs here. */
function answerTogether(socket: Socket): void {
  socket.on('data', () => {
    socket.cork();
    setImmediate(() => socket.uncork());
  });
}

/**
 * Takes every mail of everybody on loopback, and says 250 once it is stored. No TLS, any login. Nothing is parsed here: that is for
 * whoever looks at a mail. Resolves to the port once it listens.
 */
export function openSmtpDoor({ store, port, replyDelayMs }: SmtpDoorOptions): Promise<{ port: number; close: () => Promise<void> }> {
  const server = new SMTPServer({
    name: 'inbox.localhost',
    banner: 'local inbox',
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_MAIL_BYTES,
    logger: false,
    onAuth: ({ username }, _session, callback) => callback(null, { user: username ?? 'anybody' }),
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        if (stream.sizeExceeded)
          return callback(Object.assign(new Error('Message exceeds fixed maximum message size'), { responseCode: 552 }));
        const { mailFrom, rcptTo } = envelope;
        try {
          const { id } = store.add(Buffer.concat(chunks), {
            mail_from: mailFrom === false ? '' : mailFrom.address,
            rcpt_to: rcptTo.map(({ address }) => address),
          });
          const reply = (): void => callback(null, `stored as ${id}`);
          if (replyDelayMs > 0) setTimeout(reply, replyDelayMs);
          else reply();
        } catch (error) {
          console.error(error);
          callback(Object.assign(new Error('The mail cannot be stored'), { responseCode: 452 }));
        }
      });
    },
  });
  // A client that goes away is no fault of ours.
  server.on('error', (error) => console.error(String(error)));
  return new Promise((resolve, reject) => {
    const listener = server.listen({ port, host: '127.0.0.1' }, () => {
      const address = listener.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('The inbox listens on no port.'));
      resolve({ port: address.port, close: () => new Promise((closed) => server.close(() => closed())) });
    });
    listener.once('error', reject);
    listener.prependListener('connection', answerTogether);
  });
}
