import type { Socket } from 'node:net';
import type { SmtpReply } from '@mail/domain';
import { ReplyReader } from './reply-reader.js';
import type { SmtpExtensions } from './smtp-extensions.js';

/** Why a session is over. `garbage`: what came was no SMTP, or not an answer that its command can have. */
export interface Lost {
  readonly kind: 'lost';
  readonly why: 'closed' | 'timed_out' | 'garbage';
  readonly error: string;
}
export type Heard = { readonly kind: 'reply'; readonly reply: SmtpReply } | Lost;

const QUIT_MS = 1_000;

/** A ready SMTP connection, logged in, between two mails or within one. It belongs to one attempt at a time. */
export class SmtpSession {
  /** Mails that were begun on it. */
  uses = 0;
  readonly extensions: SmtpExtensions;
  readonly #socket: Socket;
  readonly #reader = new ReplyReader();
  readonly #replies: SmtpReply[] = [];
  #lost: Lost | null = null;
  #hearing: ((heard: Heard) => void) | null = null;
  #flushing: (() => void) | null = null;
  #silent: () => void = () => {};

  constructor(socket: Socket, extensions: SmtpExtensions) {
    this.#socket = socket;
    this.extensions = extensions;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('timeout', () => this.#silent());
    socket.on('drain', () => this.#flushed());
    socket.on('error', (error) => this.lose('closed', error.message));
    socket.on('end', () => this.lose('closed', 'the server closed the connection'));
    socket.on('close', () => this.lose('closed', 'the connection was closed'));
    socket.resume();
  }

  /** Whether it can begin a mail: a server that spoke unasked is about to leave (421). */
  get usable(): boolean {
    return this.#lost === null && this.#replies.length === 0;
  }

  /** Whether something came that nobody has heard yet. */
  get interrupted(): boolean {
    return this.#lost !== null || this.#replies.length > 0;
  }

  /** False when the socket wants its buffer to go out first (`flushed`). */
  write(data: string | Buffer): boolean {
    return this.#lost === null && this.#socket.write(data);
  }

  /** The next reply, or the loss of the session, then and for ever. */
  hear(): Promise<Heard> {
    const reply = this.#replies.shift();
    if (reply !== undefined) return Promise.resolve({ kind: 'reply', reply });
    if (this.#lost !== null) return Promise.resolve(this.#lost);
    return new Promise((resolve) => (this.#hearing = resolve));
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
      this.#flushed();
    }
    return this.#lost;
  }

  /** Calls back whenever no byte moved for so long, in a mail or between two; in place of what was said before. */
  onSilence(ms: number, silent: () => void): void {
    this.#silent = silent;
    if (this.#socket.timeout !== ms) this.#socket.setTimeout(ms);
  }

  /** Drops a transaction that did not get to its end (RFC 5321 4.1.1.5). A session that cannot do that is lost. */
  async reset(): Promise<void> {
    const patience = setTimeout(() => this.lose('timed_out', 'no answer to RSET'), QUIT_MS);
    this.write('RSET\r\n');
    const heard = await this.hear();
    clearTimeout(patience);
    if (heard.kind === 'reply' && heard.reply.code !== 250) this.lose('garbage', 'RSET was refused');
  }

  /** Says goodbye and waits until the connection is closed, or a second at most. */
  async quit(): Promise<void> {
    if (this.#socket.closed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    const patience = setTimeout(() => this.#socket.destroy(), QUIT_MS);
    this.write('QUIT\r\n');
    if ((await this.hear()).kind === 'reply') this.#socket.end();
    await closed;
    clearTimeout(patience);
  }

  #read(chunk: Buffer): void {
    const { replies, garbage } = this.#reader.read(chunk);
    for (const reply of replies) {
      const hearing = this.#hearing;
      this.#hearing = null;
      if (hearing === null) this.#replies.push(reply);
      else hearing({ kind: 'reply', reply });
    }
    if (garbage !== null) this.lose('garbage', `not an SMTP reply: ${garbage}`);
    if (this.#replies.length > 0) this.#flushed();
  }

  #flushed(): void {
    this.#flushing?.();
    this.#flushing = null;
  }
}
