import { createHmac } from 'node:crypto';
import type { SmtpReply } from '@mail/domain';
import type { OAuth2Tokens } from './oauth2-tokens.js';
import type { SmtpOptions } from './smtp-options.js';
import type { Heard, SmtpSession } from './smtp-session.js';

/** What the server said to the login; where it said nothing, what happened in its place. */
export interface LoginFailure {
  readonly reply: SmtpReply | null;
  readonly error: string | null;
}

/** One SASL mechanism (RFC 4954): what goes with AUTH, and what answers each challenge; `null` gives up. In base64. */
interface Mechanism {
  readonly name: string;
  readonly initial: string | null;
  readonly answer: (step: number, challenge: string) => string | null;
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Strongest first. A server that ignores the initial response of PLAIN asks for it. */
const byPassword = (username: string, password: string): Mechanism[] => {
  const plain = base64(`\0${username}\0${password}`);
  return [
    {
      // RFC 2195: the password is not sent.
      name: 'CRAM-MD5',
      initial: null,
      answer: (step, challenge) => {
        const proof = createHmac('md5', password).update(Buffer.from(challenge, 'base64')).digest('hex');
        return step === 0 ? base64(`${username} ${proof}`) : null;
      },
    },
    { name: 'PLAIN', initial: plain, answer: (step) => (step === 0 ? plain : null) },
    { name: 'LOGIN', initial: null, answer: (step) => [base64(username), base64(password)][step] ?? null },
  ];
};

/** A refusal comes as a challenge that says why, and is to be answered before the server says its code. */
const byToken = (username: string, token: string, host: string, port: number): Mechanism[] => [
  { name: 'XOAUTH2', initial: base64(`user=${username}\x01auth=Bearer ${token}\x01\x01`), answer: (step) => (step === 0 ? '' : null) },
  {
    // RFC 7628 3.1 and 3.2.3; the name as a saslname (RFC 5801 4).
    name: 'OAUTHBEARER',
    initial: base64(
      `n,a=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},\x01host=${host}\x01port=${port}\x01auth=Bearer ${token}\x01\x01`,
    ),
    answer: (step) => (step === 0 ? base64('\x01') : null),
  },
];

/** Logs in by what the server offers, strongest first, and by nothing else. */
export class Login {
  readonly #options: SmtpOptions & { readonly username: string };
  readonly #tokens: OAuth2Tokens | null;

  constructor(options: SmtpOptions & { readonly username: string }, tokens: OAuth2Tokens | null) {
    this.#options = options;
    this.#tokens = tokens;
  }

  /** Resolves with `null` once it is logged in. `said` gathers what must not be repeated: the credentials, and each line that carried them. */
  async logIn(session: SmtpSession, said: Set<string>): Promise<LoginFailure | null> {
    const { username, password } = this.#options;
    said.add(username).add(base64(username));
    if (this.#tokens !== null) return this.#byToken(session, this.#tokens, said);
    said.add(password ?? '').add(base64(password ?? ''));
    return this.#tryEach(session, byPassword(username, password ?? ''), said);
  }

  /** A token that is refused may have been withdrawn before its time: once, another is fetched. */
  async #byToken(session: SmtpSession, tokens: OAuth2Tokens, said: Set<string>): Promise<LoginFailure | null> {
    const { username, host, port } = this.#options;
    for (let fetched = 1; ; fetched++) {
      const got = await tokens.get();
      if ('error' in got) return { reply: null, error: got.error };
      said.add(got.token).add(base64(got.token));
      const failure = await this.#tryEach(session, byToken(username, got.token, host, port), said);
      if (failure?.reply?.code !== 535) return failure;
      tokens.drop(got.token);
      if (got.fresh || fetched === 2) return failure;
    }
  }

  async #tryEach(session: SmtpSession, mechanisms: readonly Mechanism[], said: Set<string>): Promise<LoginFailure | null> {
    const { auth } = session.extensions;
    if (auth.length === 0) return { reply: null, error: 'the server offers no AUTH' };
    const offered = mechanisms.filter(({ name }) => auth.includes(name));
    let failure: LoginFailure = {
      reply: null,
      error: `the server offers AUTH by ${auth.join(', ')}, and none of ${mechanisms.map(({ name }) => name).join(', ')}`,
    };
    for (const mechanism of offered) {
      const heard = await authenticate(session, mechanism, said);
      if (heard.kind === 'lost') return { reply: null, error: heard.error };
      if (heard.reply.code === 235) return null;
      failure = { reply: heard.reply, error: null };
      // RFC 4954 6: the mechanism is not supported, or too weak. Whatever else is said is meant for the credentials.
      if (heard.reply.code !== 504 && heard.reply.code !== 534) break;
    }
    return failure;
  }
}

async function authenticate(session: SmtpSession, { name, initial, answer }: Mechanism, said: Set<string>): Promise<Heard> {
  const say = (response: string, line: string): void => {
    if (response !== '') said.add(response);
    session.ask(`${line}\r\n`);
  };
  say(initial ?? '', initial === null ? `AUTH ${name}` : `AUTH ${name} ${initial}`);
  for (let step = 0; ; step++) {
    const heard = await session.hear();
    if (heard.kind === 'lost' || heard.reply.code !== 334) return heard;
    const response = answer(step, heard.lines[0] ?? '');
    if (response === null) return giveUp(session);
    say(response, response);
  }
}

/** RFC 4954 4: a lone `*` ends an exchange that goes on where it should not. */
async function giveUp(session: SmtpSession): Promise<Heard> {
  session.ask('*\r\n');
  const heard = await session.hear();
  return heard.kind === 'reply' && heard.reply.code < 400 ? session.lose('out_of_step', 'a login without end') : heard;
}
