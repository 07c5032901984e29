import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { SINK_CERTIFICATE, SINK_PRIVATE_KEY } from './smtp-sink-certificate.js';

/** A reply such as `450 4.2.1 mailbox busy`, the end of the connection without one, or `null`: what an honest server says. */
export type SinkAnswer = string | 'disconnect' | null;
/** A promise holds the answer back until the test lets it go. */
type Scripted = SinkAnswer | Promise<SinkAnswer>;

export interface SinkMessage {
  readonly envelopeFrom: string;
  readonly recipients: readonly string[];
  /** As received, dots unstuffed. */
  readonly raw: Buffer;
  readonly connectionId: string;
  /** Whether the final dot has been answered. */
  replied: boolean;
}

/** The sink's answers; where it says nothing, the sink accepts. */
export interface SinkScript {
  readonly connect?: (connection: number) => Scripted;
  /** `parameters`: those of MAIL, in upper case: `{ SIZE: '120', SMTPUTF8: true }`. */
  readonly mail?: (sender: string, parameters: Record<string, string | true>) => Scripted;
  readonly rcpt?: (recipient: string) => Scripted;
  readonly data?: (recipients: readonly string[]) => Scripted;
  /** After the final dot. The message is in `messages` by then, where they are kept. */
  readonly final?: (message: SinkMessage) => Scripted;
  /** Requires exactly this login. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** Default `starttls`. */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  readonly tlsOptions?: TlsOptions;
  /** `false`: `messages` stays empty, for whoever reads each in `final` and would run out of memory. Default `true`. */
  readonly keep?: boolean;
  /** Announces this limit by SIZE. */
  readonly size?: number;
  readonly hide?: readonly ('PIPELINING' | '8BITMIME' | 'SMTPUTF8')[];
  /** A port to take again, after a sink on it was closed. Default: a free one. */
  readonly port?: number;
}

export interface SmtpSink {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Every message that came in whole, in order, whatever it was answered. */
  readonly messages: readonly SinkMessage[];
  /** Connections opened so far. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Ends all connections, without a word. */
  drop(): void;
  close(): Promise<void>;
}

/** A real SMTP server on 127.0.0.1 that keeps what it receives, and answers as the script says. */
export async function startSmtpSink(script: SinkScript = {}): Promise<SmtpSink> {
  const messages: SinkMessage[] = [];
  let connections = 0;
  const tls = script.tls ?? 'starttls';

  const connectionOf = (session: SMTPServerSession) => [...server.connections].find(({ id }) => id === session.id);
  /** Asks the script, and answers by the callback, by nothing, or by ending the connection. */
  const answer = async (session: SMTPServerSession, asked: Scripted | undefined, reply: (error: Error | null, text?: string) => void) => {
    const said = (await asked) ?? null;
    // What was said before goes out first.
    if (said === 'disconnect') return connectionOf(session)?._socket.destroySoon();
    if (said === null) return reply(null);
    const code = Number(said.slice(0, 3));
    const text = said.slice(4);
    if (code < 400) return reply(null, text);
    return reply(Object.assign(new Error(text), { responseCode: code }));
  };

  const options: SMTPServerOptions = {
    key: SINK_PRIVATE_KEY,
    cert: SINK_CERTIFICATE,
    ...script.tlsOptions,
    secure: tls === 'implicit',
    name: 'sink.test',
    logger: false,
    disableReverseLookup: true,
    disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(script.auth === undefined ? ['AUTH'] : [])],
    allowInsecureAuth: tls === 'none',
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    hidePIPELINING: script.hide?.includes('PIPELINING') ?? false,
    hide8BITMIME: script.hide?.includes('8BITMIME') ?? false,
    hideSMTPUTF8: script.hide?.includes('SMTPUTF8') ?? false,
    ...(script.size === undefined ? {} : { size: script.size }),
    closeTimeout: 1,
    onConnect(session, callback) {
      connections++;
      const connection = connectionOf(session);
      if (connection !== undefined && script.data !== undefined) {
        // The library has no hook between RCPT and 354.
        const accept = connection.handler_DATA.bind(connection);
        connection.handler_DATA = (command, done) => {
          const taken = session.envelope.rcptTo.map(({ address }) => address);
          void answer(session, taken.length === 0 ? null : script.data?.(taken), (error) => {
            if (error === null) return accept(command, done);
            connection.send('responseCode' in error ? Number(error.responseCode) : 451, error.message, false);
            done();
          });
        };
      }
      void answer(session, script.connect?.(connections), callback);
    },
    onAuth({ method, username, password, validatePassword }, _session, callback) {
      const expected = script.auth?.password ?? '';
      const good = username === script.auth?.username && (method === 'CRAM-MD5' ? validatePassword(expected) : password === expected);
      callback(good ? null : Object.assign(new Error('5.7.8 wrong login'), { responseCode: 535 }), good ? { user: username } : undefined);
    },
    onMailFrom({ address, args }, session, callback) {
      void answer(session, script.mail?.(address, args || {}), callback);
    },
    onRcptTo({ address }, session, callback) {
      void answer(session, script.rcpt?.(address), callback);
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const message: SinkMessage = {
          envelopeFrom: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
          connectionId: session.id,
          replied: false,
        };
        if (script.keep !== false) messages.push(message);
        void answer(session, script.final?.(message), (error, text) => {
          message.replied = true;
          callback(error, text);
        });
      });
    },
  };
  const server = new SMTPServer(options);
  // What clients do to their connections is what is being tested.
  server.on('error', () => {});
  const drop = () => server.connections.forEach((connection) => connection._socket.destroy());
  const listener = server.listen(script.port ?? 0, '127.0.0.1');
  if (!listener.listening) await once(listener, 'listening');
  return {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    messages,
    get connections() {
      return connections;
    },
    get open() {
      return server.connections.size;
    },
    drop,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}
