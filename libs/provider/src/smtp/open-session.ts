import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { SmtpPhase, SmtpReply } from '@mail/domain';
import type { PhaseTimes } from '../phase-times.js';
import { Connector, type OpeningFailure } from './connect.js';
import type { Deadline } from './deadline.js';
import { Login } from './log-in.js';
import { OAuth2Tokens } from './oauth2-tokens.js';
import { redact } from './redact.js';
import { parseExtensions } from './smtp-extensions.js';
import type { SmtpOptions } from './smtp-options.js';
import type { Heard, SmtpSession } from './smtp-session.js';

export type Opened = { readonly kind: 'open'; readonly session: SmtpSession } | (OpeningFailure & { readonly timedOut: boolean });

/** Opens sessions with one server, and knows its addresses and the token that it took last. */
export class SessionOpener {
  readonly #options: SmtpOptions;
  readonly #tls: ConnectionOptions;
  readonly #connector: Connector;
  readonly #login: Login | null;

  constructor(options: SmtpOptions) {
    const { host, username, oauth2, insecureSkipVerify } = options;
    this.#options = options;
    this.#tls = {
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: !insecureSkipVerify,
    };
    this.#connector = new Connector(options, this.#tls);
    this.#login = username === null ? null : new Login({ ...options, username }, oauth2 && new OAuth2Tokens(oauth2));
  }

  /**
   * Connects, starts TLS and logs in, up to where MAIL can be said. Never plaintext unless `insecureSkipVerify`. Any refusal on
   * the way is our trouble with the server, not the mail's.
   */
  open(deadline: Deadline, times: PhaseTimes | null): Promise<Opened> {
    const opening = new Opening(this.#options, this.#tls, deadline, times);
    const timedOut = new Promise<Opened>((resolve) =>
      deadline.ends(() => {
        const error = `no answer within ${deadline.ms} ms`;
        resolve({ kind: 'failed', timedOut: true, phase: opening.phase, reply: null, error });
        opening.abandon(error);
      }),
    );
    return Promise.race([opening.run(this.#connector, this.#login), timedOut]);
  }
}

/** One opening. */
class Opening {
  phase: SmtpPhase = 'connect';
  abandoned = false;
  readonly deadline: Deadline;
  readonly #options: SmtpOptions;
  readonly #tls: ConnectionOptions;
  readonly #times: PhaseTimes | null;
  readonly #sessions: SmtpSession[] = [];
  readonly #secrets = new Set<string>();

  constructor(options: SmtpOptions, tls: ConnectionOptions, deadline: Deadline, times: PhaseTimes | null) {
    this.deadline = deadline;
    this.#options = options;
    this.#tls = tls;
    this.#times = times;
  }

  readonly enter = (phase: SmtpPhase): void => {
    if (this.abandoned) return;
    this.phase = phase;
    this.#times?.enter(phase);
  };

  began(session: SmtpSession): void {
    this.#sessions.push(session);
  }

  abandon(error: string): void {
    this.abandoned = true;
    for (const session of this.#sessions) session.lose('timed_out', error);
  }

  async run(connector: Connector, login: Login | null): Promise<Opened> {
    const greeted = await connector.connect(this);
    if (greeted.kind === 'failed') return { ...greeted, timedOut: false };
    const { session } = greeted;
    const failure = (await this.#introduce(session)) ?? (await this.#logIn(session, login));
    if (failure === null) return { kind: 'open', session };
    session.lose('closed', 'it was not opened');
    const clean = (text: string): string => redact(text, this.#secrets);
    const { reply, error } = failure;
    return {
      ...failure,
      reply: reply && { ...reply, text: clean(reply.text) },
      error: error && clean(error),
      timedOut: false,
    };
  }

  /** EHLO, and under TLS again: what was offered in plaintext counts no more (RFC 3207 4.2). */
  async #introduce(session: SmtpSession): Promise<OpeningFailure | null> {
    const { port, insecureSkipVerify } = this.#options;
    const implicitTls = port === 465;
    const failure = await this.#sayHello(session, implicitTls || insecureSkipVerify);
    if (failure !== null || implicitTls || (insecureSkipVerify && !session.extensions.startTls)) return failure;
    this.enter('starttls');
    // Also where it is not offered: what hides the offer may not hide the command.
    session.ask('STARTTLS\r\n');
    const heard = await session.hear();
    if (heard.kind === 'lost') return this.#failed(null, heard.error);
    if (heard.reply.code !== 220) return this.#failed(heard.reply, 'the server did not start TLS, which is required');
    const insecure = await session.secure(this.#tls);
    return insecure === null ? this.#sayHello(session, true) : this.#failed(null, insecure.error);
  }

  /** RFC 5321 4.1.4: a server that does not know EHLO may know HELO, which offers nothing. */
  async #sayHello(session: SmtpSession, heloWillDo: boolean): Promise<OpeningFailure | null> {
    this.enter('ehlo');
    let heard = await this.#hello(session, 'EHLO');
    if (heloWillDo && heard.kind === 'reply' && heard.reply.code >= 500) heard = await this.#hello(session, 'HELO');
    if (heard.kind === 'lost') return this.#failed(null, heard.error);
    if (heard.reply.code !== 250) return this.#failed(heard.reply, null);
    session.extensions = parseExtensions(heard.lines);
    return null;
  }

  #hello(session: SmtpSession, command: 'EHLO' | 'HELO'): Promise<Heard> {
    session.ask(`${command} ${this.#options.ehloName}\r\n`);
    return session.hear();
  }

  async #logIn(session: SmtpSession, login: Login | null): Promise<OpeningFailure | null> {
    if (login === null) return null;
    this.enter('auth');
    const failure = await login.logIn(session, this.#secrets);
    return failure && this.#failed(failure.reply, failure.error);
  }

  #failed(reply: SmtpReply | null, error: string | null): OpeningFailure {
    return { kind: 'failed', phase: this.phase, reply, error };
  }
}
