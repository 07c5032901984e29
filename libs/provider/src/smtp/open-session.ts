import type { Socket } from 'node:net';
import type { SmtpPhase, SmtpReply } from '@mail/domain';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPError } from 'nodemailer/lib/smtp-connection';
import type { PhaseTimes } from '../phase-times.js';
import type { Deadline } from './deadline.js';
import { oneLine, parseReply } from './parse-reply.js';
import { redact } from './redact.js';
import { parseExtensions } from './smtp-extensions.js';
import type { SmtpOptions } from './smtp-options.js';
import { SmtpSession } from './smtp-session.js';

export type Opened =
  | { readonly kind: 'open'; readonly session: SmtpSession }
  | {
      readonly kind: 'failed';
      readonly timedOut: boolean;
      readonly phase: SmtpPhase;
      readonly reply: SmtpReply | null;
      readonly error: string | null;
    };

/** The library's own timers are not to fire: the attempt's deadline is the one that counts. */
const SLACK_MS = 60_000;

/**
 * Connects, starts TLS and logs in, up to where MAIL can be said; nodemailer does it, and then lets go of the socket.
 * Never plaintext unless `insecureSkipVerify`. Any refusal on the way is our trouble with the server, not the mail's.
 */
export function openSession(options: SmtpOptions, deadline: Deadline, times: PhaseTimes | null): Promise<Opened> {
  const { host, port, username, password, insecureSkipVerify } = options;
  const implicitTls = port === 465;
  let lastCommand = '';
  // nodemailer says what it resolved right before it opens the socket, and each command as it goes out.
  const told = (what: string | undefined, text: string): void => {
    if (what === 'dns' && times !== null) queueMicrotask(() => timeConnecting(connection, implicitTls, times));
    if (what !== 'client') return;
    lastCommand = text.split(' ', 1)[0] ?? '';
    if (lastCommand === 'STARTTLS') times?.enter('starttls');
    else if (lastCommand === 'EHLO') times?.enter('ehlo');
  };
  const connection = new SMTPConnection({
    host,
    port,
    secure: implicitTls,
    requireTLS: !implicitTls && !insecureSkipVerify,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: !insecureSkipVerify },
    ...(options.hostname === undefined ? {} : { name: options.hostname }),
    connectionTimeout: deadline.ms + SLACK_MS,
    greetingTimeout: deadline.ms + SLACK_MS,
    socketTimeout: deadline.ms + SLACK_MS,
    dnsTimeout: deadline.ms + SLACK_MS,
    socketCloseTimeout: 0,
    maxResponseSize: 65_536,
    // Not to log, but to know which command waits for its answer; what it says of credentials is dropped here.
    logger: { debug: ({ tnx }: { tnx?: string }, text: string) => told(tnx, text) },
    transactionLog: true,
  });

  times?.enter('connect');
  return new Promise((resolve) => {
    let phaseOfLogin: 'auth' | null = null;
    const phase = (error?: SMTPError): SmtpPhase => {
      if (phaseOfLogin !== null) return phaseOfLogin;
      if (lastCommand === 'STARTTLS') return 'starttls';
      if (lastCommand !== '') return 'ehlo';
      if (connection.stage === 'connected') return 'greeting';
      return implicitTls && !failedToConnect(connection, error) ? 'starttls' : 'connect';
    };
    const fail = (error: SMTPError): void => {
      const where = phase(error);
      const reply = error.response === undefined ? null : replyOf(error.response);
      const clean = reply && { ...reply, text: redact(reply.text, username, password) };
      const why = reply === null ? messageOf(error) : where === 'starttls' ? 'the server did not start TLS, which is required' : null;
      resolve({ kind: 'failed', timedOut: false, phase: where, reply: clean, error: why && redact(why, username, password) });
      connection.close();
    };
    deadline.ends(() => {
      resolve({ kind: 'failed', timedOut: true, phase: phase(), reply: null, error: `no answer within ${deadline.ms} ms` });
      connection.close();
    });
    const ready = (ehloReply: string): void => resolve({ kind: 'open', session: takeSocket(connection, ehloReply) });
    connection.on('error', fail);
    connection.on('end', () => fail(new Error('the connection was closed')));
    connection.connect((error) => {
      if (error) return fail(error);
      const ehloReply = String(connection.lastServerResponse);
      if (!connection.secure && !insecureSkipVerify) return fail(new Error('the connection is not encrypted'));
      if (username === null) return ready(ehloReply);
      phaseOfLogin = 'auth';
      times?.enter('auth');
      if (!connection.allowsAuth) return fail(new Error('the server offers no AUTH'));
      connection.login({ credentials: { user: username, pass: password ?? '' } }, (refused) =>
        refused ? fail(refused) : ready(ehloReply),
      );
    });
  });
}

/** nodemailer keeps its listeners for the end and for errors, which do no harm; what it would read and time is ours from here. */
function takeSocket(connection: SMTPConnection, ehloReply: string): SmtpSession {
  const socket = connection._socket as Socket;
  socket.setTimeout(0);
  socket.removeAllListeners('data');
  socket.removeAllListeners('timeout');
  return new SmtpSession(socket, parseExtensions(ehloReply));
}

/** The name is resolved, and the socket is on its way. */
function timeConnecting({ _socket: socket }: SMTPConnection, implicitTls: boolean, times: PhaseTimes): void {
  if (!socket) return;
  socket.once('connect', () => times.enter(implicitTls ? 'starttls' : 'greeting'));
  if (implicitTls) socket.once('secureConnect', () => times.enter('greeting'));
}

function failedToConnect(connection: SMTPConnection, error?: SMTPError): boolean {
  // Several addresses make an AggregateError, which has no syscall; a deadline brings no error at all.
  if (error === undefined) return connection._socket ? connection._socket.connecting : true;
  return error.code === 'EDNS' || error.syscall === 'connect' || error instanceof AggregateError;
}

function messageOf(error: Error): string {
  const messages =
    error instanceof AggregateError ? error.errors.map((each) => (each instanceof Error ? each.message : String(each))) : [error.message];
  return oneLine(messages.filter((message) => message !== '').join('; ')) || 'the connection failed';
}

/** `null` when what came instead of a reply is none; the message holds it then. */
function replyOf(response: string): SmtpReply | null {
  const lines = response.split(/\r?\n/).filter((line) => line !== '');
  const code = /^[2-5]\d\d(?=[ -]|$)/.exec(lines[0] ?? '')?.[0];
  return code === undefined
    ? null
    : parseReply(
        Number(code),
        lines.map((line) => line.replace(/^\d{3}[ -]?/, '')),
      );
}
