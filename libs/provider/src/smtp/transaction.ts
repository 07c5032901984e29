import { providerTrouble, type AttemptResult, type SmtpPhase, type SmtpReply } from '@mail/domain';
import type { OutgoingMail } from '../outgoing-mail.js';
import type { PhaseTimes } from '../phase-times.js';
import { answerOf, attemptOutcome, saysTooManyRecipients } from './attempt-outcome.js';
import { Envelope } from './envelope.js';
import { refuseAddress, refuseSize } from './local-refusal.js';
import { mailFrom } from './mail-from.js';
import type { Heard, Lost, SmtpSession } from './smtp-session.js';
import type { WireMessage } from './wire-message.js';

export interface TransactionEnd {
  readonly result: AttemptResult;
  /** What the session needs before the next mail. `listen`: it is not for another mail, but for `hearLate`. */
  readonly afterwards: 'nothing' | 'reset' | 'close' | 'listen';
  /** Ended before the server took anything of it: on a session that has been used, a sign that the session was over before. */
  readonly stillborn: boolean;
  /** Resolves with what became of the mail once the overdue reply has come; with `null` where the session ends without. Keeps no message. */
  readonly hearLate: (() => Promise<AttemptResult | null>) | null;
}

/** Octets of a message that are written at once: how exactly we know whether the final dot went out. */
const CHUNK = 65_536;
const UNSENT = ['waiting', 'full'] as const;

/**
 * One mail in as many mail transactions (RFC 5321 3.3) as its recipients need, pipelined where the server offers it (RFC 2920): a server
 * that takes few recipients at a time gets the rest in the next one (4.5.3.1.10). Never throws, never rejects.
 */
export class Transaction {
  readonly #session: SmtpSession;
  readonly #mail: OutgoingMail;
  readonly #message: WireMessage;
  readonly #envelope: Envelope;
  readonly #pipelined: boolean;
  readonly #times: PhaseTimes | null;
  /** Transactions before this one, in each of which somebody's message was answered for good. */
  #before = 0;
  #finalDotSent = false;
  #hearsFinal = false;
  /** Whether the message of this transaction was accepted, or refused for good, on a session that is fit for the next. */
  #answeredForGood = false;

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
      this.#envelope.answerAll(['waiting'], 'permanent', refusal);
      return this.#end('mail', 'nothing', refusal);
    }
    this.#envelope.refuseLocally((address) => refuseAddress(address, extensions));
    if (!this.#envelope.anyLeft) return this.#end('rcpt', 'nothing');
    for (; ; this.#before++) {
      const end = await this.#transact(sender);
      if (!this.#answeredForGood || !this.#envelope.anyLeft) return end;
    }
  }

  /** Time is up. What waits for the reply to a final dot stops waiting, and the session may go on listening; any other dialogue is over. */
  timeIsUp(error: string): void {
    if (this.#hearsFinal) this.#session.stopHearing(error);
    else this.#session.lose('timed_out', error);
  }

  async #transact(sender: string): Promise<TransactionEnd> {
    const { extensions, recipientsAtMost } = this.#session;
    const recipients = this.#envelope.askNext(recipientsAtMost);
    this.#answeredForGood = false;
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
    // What was taken from this sender a moment ago, and is not now, has its cause in the session: it is for the next attempt.
    this.#envelope.answerAll(['asked', ...UNSENT], this.#before > 0 ? 'transient' : answer, heard.reply);
    if (leavesUnusable(heard.reply, 'mail')) return this.#end('mail', 'close', heard.reply);
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
    let unusable = false;
    for (const command of commands) {
      const heard = await this.#say(command);
      if (heard.kind === 'lost') return this.#broken('rcpt', heard);
      const { reply } = heard;
      const answer = answerOf(reply.code);
      if (answer === null) return this.#unexpected('rcpt', reply.code);
      if (answer === 'accepted') this.#envelope.answerNext('taken', reply);
      else this.#envelope.answerNext(saysTooManyRecipients(reply) ? 'full' : answer, reply);
      if (reply.code === 421) return this.#end('rcpt', 'close');
      unusable ||= leavesUnusable(reply, 'rcpt');
    }
    const taken = this.#envelope.count('taken');
    // Who asks for more than there is room for is refused each of them, and some servers hang up on many refusals.
    if (taken > 0 && this.#envelope.count('full') > 0) this.#session.recipientsAtMost = taken;
    if (taken > 0) return null;
    if (!this.#pipelined) return this.#end('rcpt', unusable ? 'close' : 'reset');
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
    return this.#end('rcpt', unusable ? 'close' : 'reset');
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
    this.#envelope.answerAll(answer === 'permanent' ? ['taken', 'transient', ...UNSENT] : ['taken'], answer, reply);
    return this.#end('data', leavesUnusable(reply, 'data') ? 'close' : 'reset', reply);
  }

  async #sendBody(): Promise<TransactionEnd | null> {
    this.#times?.enter('body');
    const { data } = this.#message;
    this.#session.expectReply();
    for (let at = 0; at < data.length; at += CHUNK) {
      await this.#session.flushed();
      if (this.#session.interrupted) return this.#interrupted();
      this.#hearsFinal = at + CHUNK >= data.length;
      this.#finalDotSent ||= this.#hearsFinal;
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
    this.#hearsFinal = false;
    const answer = heard.kind === 'reply' ? answerOf(heard.reply.code) : null;
    if (heard.kind === 'reply' && answer !== null) {
      this.#envelope.answerAll(['taken'], answer, heard.reply);
      const unusable = leavesUnusable(heard.reply, 'final');
      this.#answeredForGood = answer !== 'transient' && !unusable;
      return this.#end('final', unusable ? 'close' : 'nothing', heard.reply);
    }
    this.#envelope.answerAll(['taken'], 'uncertain', null);
    const error = heard.kind === 'lost' ? heard.error : `an unexpected reply ${heard.reply.code}`;
    const listening = heard.kind === 'lost' && heard.why === 'timed_out' && !this.#session.over;
    const end = this.#end('final', listening ? 'listen' : 'close', null, error);
    if (!listening) return end;
    return { ...end, result: { ...end.result, listening }, hearLate: lateReply(this.#session, this.#envelope) };
  }

  /** `deciding`: the reply that answered all at once, when there was one. */
  #end(
    phase: SmtpPhase,
    afterwards: TransactionEnd['afterwards'],
    deciding: SmtpReply | null = null,
    error: string | null = null,
  ): TransactionEnd {
    const result = resultOf(this.#envelope, phase, this.#finalDotSent, deciding, error);
    const over = this.#before === 0 && phase === 'mail' && deciding !== null && leavesUnusable(deciding, 'mail');
    return { result, afterwards, stillborn: over, hearLate: null };
  }

  /** The session ended before the final dot: the mail is not out, but for whom a transaction before has settled it. */
  #broken(phase: SmtpPhase, { why, error }: Lost): TransactionEnd {
    if (why === 'out_of_step') this.#envelope.forget();
    const recipients = this.#envelope.results();
    const stillborn = this.#before === 0 && phase === 'mail' && (why === 'closed' || why === 'out_of_step');
    const outcome = why === 'timed_out' ? 'timed_out' : 'transport_failed';
    const result: AttemptResult = recipients.some(({ answer }) => answer === 'accepted')
      ? resultOf(this.#envelope, phase, true, null, error)
      : { outcome, phase, reply: null, recipients, finalDotSent: this.#finalDotSent, error };
    return { result, afterwards: 'close', stillborn, hearLate: null };
  }

  #unexpected(phase: SmtpPhase, code: number): TransactionEnd {
    return this.#broken(phase, this.#session.lose('out_of_step', `an unexpected reply ${code}`));
  }
}

/** Whether the session is of no use to another mail after this refusal: it is closing, or its login is not valid any more. */
function leavesUnusable(reply: SmtpReply, phase: SmtpPhase): boolean {
  return reply.code === 421 || (reply.code >= 500 && providerTrouble(reply, phase) === 'always');
}

function resultOf(
  envelope: Envelope,
  phase: SmtpPhase,
  finalDotSent: boolean,
  deciding: SmtpReply | null,
  error: string | null,
): AttemptResult {
  const recipients = envelope.results();
  const { outcome, reply } = attemptOutcome(recipients);
  // Somebody was accepted in this transaction or before: that is what the attempt came to, whatever the rest was told.
  if (outcome === 'provider_accepted') return { outcome, phase: 'final', reply, recipients, finalDotSent: true, error };
  return { outcome, phase, reply: deciding ?? reply, recipients, finalDotSent, error };
}

/** In a function of its own, so that what waits for a late reply keeps neither mail nor message. */
function lateReply(session: SmtpSession, envelope: Envelope): () => Promise<AttemptResult | null> {
  return async () => {
    const heard = await session.hear();
    const answer = heard.kind === 'reply' ? answerOf(heard.reply.code) : null;
    if (heard.kind === 'lost' || answer === null) return null;
    envelope.answerAll(['uncertain'], answer, heard.reply);
    return resultOf(envelope, 'final', true, heard.reply, null);
  };
}
