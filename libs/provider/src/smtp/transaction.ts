import type { AttemptResult, SmtpPhase, SmtpReply } from '@mail/domain';
import type { OutgoingMail } from '../outgoing-mail.js';
import type { PhaseTimes } from '../phase-times.js';
import { answerOf, attemptOutcome } from './attempt-outcome.js';
import { Envelope } from './envelope.js';
import { refuseAddress, refuseSize } from './local-refusal.js';
import { mailFrom } from './mail-from.js';
import type { Heard, Lost, SmtpSession } from './smtp-session.js';
import type { WireMessage } from './wire-message.js';

export interface TransactionEnd {
  readonly result: AttemptResult;
  /** What the session needs before the next mail. */
  readonly afterwards: 'nothing' | 'reset' | 'close';
  /** Ended before the server took anything of it: on a session that has been used, a sign that the session was over before. */
  readonly stillborn: boolean;
}

/** Octets of a message that are written at once: how exactly we know whether the final dot went out. */
const CHUNK = 65_536;

/** One mail transaction (RFC 5321 3.3), pipelined where the server offers it (RFC 2920). Never throws, never rejects. */
export class Transaction {
  readonly #session: SmtpSession;
  readonly #mail: OutgoingMail;
  readonly #message: WireMessage;
  readonly #envelope: Envelope;
  readonly #pipelined: boolean;
  readonly #times: PhaseTimes | null;
  #finalDotSent = false;

  constructor(session: SmtpSession, mail: OutgoingMail, message: WireMessage, times: PhaseTimes | null) {
    this.#session = session;
    this.#mail = mail;
    this.#message = message;
    this.#envelope = new Envelope(mail.recipients);
    this.#pipelined = session.extensions.pipelining;
    this.#times = times;
  }

  async run(): Promise<TransactionEnd> {
    const { extensions } = this.#session;
    const sender = this.#mail.from.email;
    const refusal = refuseSize(this.#message.size, extensions) ?? refuseAddress(sender, extensions);
    if (refusal !== null) {
      this.#envelope.answerAll(['asked'], 'permanent', refusal);
      return this.#end('mail', 'nothing', refusal);
    }
    this.#envelope.refuseLocally((address) => refuseAddress(address, extensions));
    const recipients = this.#envelope.asked;
    if (recipients.length === 0) return this.#end('rcpt', 'nothing');

    const mail = mailFrom(sender, recipients, this.#message, extensions);
    const rcpts = recipients.map((address) => `RCPT TO:<${address}>\r\n`);
    this.#times?.enter('mail');
    if (this.#pipelined) this.#session.ask(`${mail}${rcpts.join('')}DATA\r\n`, rcpts.length + 2);
    return (await this.#sayMail(mail, rcpts.length)) ?? (await this.#sayRcpts(rcpts)) ?? (await this.#sayData());
  }

  /** Says a command, unless the pipeline holds it already, and hears its answer. */
  #say(command: string): Promise<Heard> {
    if (!this.#pipelined) this.#session.ask(command);
    return this.#session.hear();
  }

  async #sayMail(command: string, rcpts: number): Promise<TransactionEnd | null> {
    const heard = await this.#say(command);
    if (heard.kind === 'lost') return this.#broken('mail', heard);
    const answer = answerOf(heard.reply.code);
    if (answer === null) return this.#unexpected('mail', heard.reply.code);
    if (answer === 'accepted') return null;
    this.#envelope.answerAll(['asked'], answer, heard.reply);
    if (heard.reply.code === 421) return this.#end('mail', 'close', heard.reply);
    // The pipeline's other commands are refused too, each with its own reply.
    for (let due = this.#pipelined ? rcpts + 1 : 0; due > 0; due--) {
      const next = await this.#session.hear();
      if (next.kind === 'lost' && next.why === 'out_of_step') return this.#broken('mail', next);
      if (next.kind === 'reply' && next.reply.code < 300) return this.#unexpected('mail', next.reply.code);
      // A server that takes DATA without a sender waits for a message: not one to go on with.
      if (next.kind === 'lost' || next.reply.code === 421 || next.reply.code < 400) return this.#end('mail', 'close', heard.reply);
    }
    return this.#end('mail', 'reset', heard.reply);
  }

  async #sayRcpts(commands: readonly string[]): Promise<TransactionEnd | null> {
    this.#times?.enter('rcpt');
    for (const command of commands) {
      const heard = await this.#say(command);
      if (heard.kind === 'lost') return this.#broken('rcpt', heard);
      const answer = answerOf(heard.reply.code);
      if (answer === null) return this.#unexpected('rcpt', heard.reply.code);
      this.#envelope.answerNext(answer === 'accepted' ? 'taken' : answer, heard.reply);
      if (heard.reply.code === 421) return this.#end('rcpt', 'close');
    }
    if (this.#envelope.anyTaken) return null;
    if (!this.#pipelined) return this.#end('rcpt', 'reset');
    // RFC 2920 3.1: DATA is under way already. A server that takes it although nobody is left gets an empty message.
    const data = await this.#session.hear();
    if (data.kind === 'lost' && data.why === 'out_of_step') return this.#broken('rcpt', data);
    if (data.kind === 'lost' || data.reply.code === 421) return this.#end('rcpt', 'close');
    if (data.reply.code < 300) return this.#unexpected('rcpt', data.reply.code);
    if (data.reply.code < 400) {
      this.#session.ask('.\r\n');
      const dot = await this.#session.hear();
      if (dot.kind === 'lost' || dot.reply.code === 421) return this.#end('rcpt', 'close');
    }
    return this.#end('rcpt', 'reset');
  }

  async #sayData(): Promise<TransactionEnd> {
    this.#times?.enter('data');
    const heard = await this.#say('DATA\r\n');
    if (heard.kind === 'lost') return this.#broken('data', heard);
    const { reply } = heard;
    if (reply.code === 354) return (await this.#sendBody()) ?? (await this.#hearFinal());
    const answer = answerOf(reply.code);
    if (answer === null || answer === 'accepted') return this.#unexpected('data', reply.code);
    // A refusal of the whole message for good is one for those too that were only told to wait.
    this.#envelope.answerAll(answer === 'permanent' ? ['taken', 'transient'] : ['taken'], answer, reply);
    return this.#end('data', reply.code === 421 ? 'close' : 'reset', reply);
  }

  async #sendBody(): Promise<TransactionEnd | null> {
    this.#times?.enter('body');
    const { data } = this.#message;
    this.#session.expectReply();
    for (let at = 0; at < data.length; at += CHUNK) {
      await this.#session.flushed();
      if (this.#session.interrupted) return this.#interrupted();
      this.#finalDotSent = at + CHUNK >= data.length;
      this.#session.write(data.subarray(at, at + CHUNK));
    }
    return null;
  }

  /** The server spoke, or left, before the message was out. It is not to be finished then. */
  async #interrupted(): Promise<TransactionEnd> {
    const heard = await this.#session.hear();
    if (heard.kind === 'lost') return this.#broken('body', heard);
    const answer = answerOf(heard.reply.code);
    if (answer === null || answer === 'accepted') return this.#unexpected('body', heard.reply.code);
    this.#envelope.answerAll(['taken'], answer, heard.reply);
    return this.#end('body', 'close', heard.reply);
  }

  async #hearFinal(): Promise<TransactionEnd> {
    this.#times?.enter('final');
    const heard = await this.#session.hear();
    const answer = heard.kind === 'reply' ? answerOf(heard.reply.code) : null;
    if (heard.kind === 'reply' && answer !== null) {
      this.#envelope.answerAll(['taken'], answer, heard.reply);
      return this.#end('final', heard.reply.code === 421 ? 'close' : 'nothing', heard.reply);
    }
    this.#envelope.answerAll(['taken'], 'uncertain', null);
    const error = heard.kind === 'lost' ? heard.error : `an unexpected reply ${heard.reply.code}`;
    return this.#end('final', 'close', null, error);
  }

  /** `deciding`: the reply that answered all at once, when there was one. */
  #end(
    phase: SmtpPhase,
    afterwards: TransactionEnd['afterwards'],
    deciding: SmtpReply | null = null,
    error: string | null = null,
  ): TransactionEnd {
    const recipients = this.#envelope.results();
    const best = attemptOutcome(recipients);
    const reply = deciding ?? best.reply;
    const result = { outcome: best.outcome, phase, reply, recipients, finalDotSent: this.#finalDotSent, error };
    return { result, afterwards, stillborn: phase === 'mail' && reply?.code === 421 };
  }

  /** The session ended before the final dot: the mail is not out, for whomever it was. */
  #broken(phase: SmtpPhase, { why, error }: Lost): TransactionEnd {
    const outcome = why === 'timed_out' ? 'timed_out' : 'transport_failed';
    if (why === 'out_of_step') this.#envelope.forget();
    const recipients = this.#envelope.results();
    const stillborn = phase === 'mail' && (why === 'closed' || why === 'out_of_step');
    return { result: { outcome, phase, reply: null, recipients, finalDotSent: false, error }, afterwards: 'close', stillborn };
  }

  #unexpected(phase: SmtpPhase, code: number): TransactionEnd {
    return this.#broken(phase, this.#session.lose('out_of_step', `an unexpected reply ${code}`));
  }
}
