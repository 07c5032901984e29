import type { Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { SmtpReply } from '@mail/domain';
import { afterPoll } from './deadline.js';
import { oneLine, parseReply } from './parse-reply.js';
import { ReplyReader, type WholeReply } from './reply-reader.js';
import { NO_EXTENSIONS, type SmtpExtensions } from './smtp-extensions.js';

/**
 * Why a session is over. `garbage`: what came was no SMTP. `out_of_step`: the server said more replies than it was asked
 * for, or one that its command cannot have, so that no reply of this mail can be told to be the answer to its command.
 */
export interface Lost {
  readonly kind: 'lost';
  readonly why: 'closed' | 'timed_out' | 'garbage' | 'out_of_step';
  readonly error: string;
}
/** `lines`: the text behind the code of each line, as the server said it. */
export type Heard = HeardReply | Lost;
interface HeardReply {
  readonly kind: 'reply';
  readonly reply: SmtpReply;
  readonly lines: readonly string[];
}

const QUIT_MS = 1_000;
const KEEP_ALIVE_MS = 60_000;

/** An SMTP connection, from its opening to its end. It belongs to one attempt at a time. */
export class SmtpSession {
  /** Mails that were begun on it. */
  uses = 0;
  /** Recipients that one transaction is asked to take: fewer once the server has said so. */
  recipientsAtMost = Infinity;
  /** What the server offered last. */
  extensions: SmtpExtensions = NO_EXTENSIONS;
  #socket: Socket;
  #reader = new ReplyReader();
  readonly #replies: HeardReply[] = [];
  /** Replies that were asked for and have not come: what comes beyond them is nobody's answer. */
  #due = 0;
  #lost: Lost | null = null;
  #hearing: ((heard: Heard) => void) | null = null;
  /** Waits for the connection, or for TLS. */
  #readying: ((lost: Lost | null) => void) | null = null;
  #flushing: (() => void) | null = null;
  #silent: () => void = () => {};
  readonly #listeners = {
    data: (chunk: Buffer) => this.#read(chunk),
    timeout: () => this.#silent(),
    drain: () => this.#flushed(),
    error: (error: Error) => this.lose('closed', messageOf(error)),
    end: () => this.lose('closed', 'the server closed the connection'),
    close: () => this.lose('closed', 'the connection was closed'),
  };

  /** The socket is on its way, or connected. */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  /** Resolves with `null` once there is a connection. */
  connected(): Promise<Lost | null> {
    if (this.#lost !== null || !this.#socket.connecting) return Promise.resolve(this.#lost);
    this.#socket.once('connect', () => this.#ready(null));
    return new Promise((resolve) => (this.#readying = resolve));
  }

  /**
   * Goes on under TLS, and resolves with `null` once it is established. Nothing that the server said before counts any more
   * (RFC 3207 4.2): an answer that came with the one to STARTTLS has lost the session already.
   */
  secure(options: ConnectionOptions): Promise<Lost | null> {
    if (this.#replies.length > 0 || this.#reader.unfinished) return Promise.resolve(this.lose('garbage', 'the server spoke before TLS'));
    if (this.#lost !== null) return Promise.resolve(this.#lost);
    const plain = this.#socket;
    for (const [event, listener] of Object.entries(this.#listeners)) plain.off(event, listener);
    // Its errors are the TLS socket's too.
    plain.on('error', () => {});
    this.#reader = new ReplyReader();
    this.#socket = connectTls({ ...options, socket: plain }, () => this.#ready(null));
    this.#listen();
    return new Promise((resolve) => (this.#readying = resolve));
  }

  /** Whether it can begin a mail. */
  get usable(): boolean {
    return this.#lost === null && this.#replies.length === 0 && this.#due === 0;
  }

  /** Whether something came that nobody has heard yet. */
  get interrupted(): boolean {
    return this.#lost !== null || this.#replies.length > 0;
  }

  /** Says one command, or several at once (RFC 2920), each of which is answered by one reply. */
  ask(commands: string, replies = 1): void {
    this.#due += replies;
    this.write(commands);
  }

  /** From here on a reply may come that no command asks for: the greeting, or the answer to a message. */
  expectReply(): void {
    this.#due++;
  }

  /** Says what is not a command. */
  write(data: string | Buffer): void {
    if (this.#lost === null) this.#socket.write(data);
  }

  /** The next reply, or the loss of the session, then and for ever. */
  async hear(): Promise<Heard> {
    const heard = await this.#next();
    if (heard.kind === 'lost' || heard.reply.code < 400 || this.#due > 0) return heard;
    // A refusal may end a delivery. Where it is the first of replies without end, the next is in the socket already.
    await new Promise<void>(afterPoll);
    return this.#lost?.why === 'out_of_step' ? this.#lost : heard;
  }

  /** Resolves when the socket takes more, or `interrupted`. */
  flushed(): Promise<void> {
    if (this.interrupted || !this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => (this.#flushing = resolve));
  }

  /** Ends the session at once; who waits is told. The first cause stays. */
  lose(why: Lost['why'], error: string): Lost {
    if (this.#lost === null) {
      this.#lost = { kind: 'lost', why, error };
      this.#socket.destroy();
      this.#hearing?.(this.#lost);
      this.#hearing = null;
      this.#ready(this.#lost);
      this.#flushed();
    }
    return this.#lost;
  }

  /**
   * Ends the waiting for a reply, though not the session: the reply may be waited for again, for long, beside other traffic that
   * would otherwise show that the server is gone.
   */
  stopHearing(error: string): void {
    const hearing = this.#hearing;
    this.#hearing = null;
    this.#socket.setKeepAlive(true, KEEP_ALIVE_MS);
    hearing?.({ kind: 'lost', why: 'timed_out', error });
  }

  /** Whether it has been lost. */
  get over(): boolean {
    return this.#lost !== null;
  }

  /** Calls back whenever no byte moved for so long, in a mail or between two; in place of what was said before. */
  onSilence(ms: number, silent: () => void): void {
    this.#silent = silent;
    if (this.#socket.timeout !== ms) this.#socket.setTimeout(ms);
  }

  /** Drops a transaction that did not get to its end (RFC 5321 4.1.1.5). A session that cannot do that is lost. */
  async reset(): Promise<void> {
    const patience = setTimeout(() => this.lose('timed_out', 'no answer to RSET'), QUIT_MS);
    this.ask('RSET\r\n');
    const heard = await this.hear();
    clearTimeout(patience);
    if (heard.kind === 'reply' && heard.reply.code !== 250) this.lose('garbage', 'RSET was refused');
  }

  /** Says goodbye and waits until the connection is closed, or a second at most. */
  async quit(): Promise<void> {
    if (this.#socket.closed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    const patience = setTimeout(() => this.#socket.destroy(), QUIT_MS);
    this.ask('QUIT\r\n');
    if ((await this.hear()).kind === 'reply') this.#socket.end();
    await closed;
    clearTimeout(patience);
  }

  #next(): Promise<Heard> {
    const heard = this.#replies.shift();
    if (heard !== undefined) return Promise.resolve(heard);
    if (this.#lost !== null) return Promise.resolve(this.#lost);
    return new Promise((resolve) => (this.#hearing = resolve));
  }

  #read(chunk: Buffer): void {
    if (this.#lost !== null) return;
    const { replies, garbage } = this.#reader.read(chunk);
    const unasked = replies[this.#due];
    // 421 says that the server is leaving, and is allowed at any time (RFC 5321 3.8): it shifts nothing.
    if (unasked !== undefined && unasked.code !== 421) {
      this.#replies.length = 0;
      this.lose('out_of_step', `a reply that nobody asked for: ${inShort(unasked)}`);
      return;
    }
    for (const reply of replies.slice(0, this.#due)) this.#deliver(reply);
    if (unasked !== undefined) this.lose('closed', `the server is leaving: ${inShort(unasked)}`);
    else if (garbage !== null) this.lose('garbage', `not an SMTP reply: ${garbage}`);
    else if (this.#due === 0 && this.#reader.unfinished) this.lose('garbage', 'the server spoke unasked');
    if (this.#replies.length > 0) this.#flushed();
  }

  #deliver({ code, lines }: WholeReply): void {
    this.#due--;
    const heard: HeardReply = { kind: 'reply', reply: parseReply(code, lines), lines };
    const hearing = this.#hearing;
    this.#hearing = null;
    if (hearing === null) this.#replies.push(heard);
    else hearing(heard);
  }

  #listen(): void {
    for (const [event, listener] of Object.entries(this.#listeners)) this.#socket.on(event, listener);
    this.#socket.resume();
  }

  #ready(lost: Lost | null): void {
    this.#readying?.(lost);
    this.#readying = null;
  }

  #flushed(): void {
    this.#flushing?.();
    this.#flushing = null;
  }
}

function messageOf(error: Error): string {
  return oneLine(error.message) || 'the connection failed';
}

function inShort({ code, lines }: WholeReply): string {
  return oneLine(`${code} ${lines.join(' ')}`);
}
