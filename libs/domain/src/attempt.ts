/** The vocabulary of attempts: what SMTP said (`AttemptResult`), and what is recorded of it (`AttemptOutcome`). */

export const ATTEMPT_STATUSES = ['scheduled', 'claimed', 'in_progress', 'ended'] as const;
export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];

export const ATTEMPT_OUTCOMES = [
  'provider_accepted',
  'transient_rejected',
  'permanent_rejected',
  'transport_failed',
  'timed_out',
  'uncertain',
  'render_failed',
  'cancelled',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Where in the SMTP dialogue an attempt ended. `final` is the wait for the reply to the final dot. */
export const SMTP_PHASES = ['render', 'connect', 'greeting', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'body', 'final'] as const;
export type SmtpPhase = (typeof SMTP_PHASES)[number];

/** One reply of the server (RFC 5321 4.2). `enhanced` is the RFC 3463 code, such as `5.1.1`; `text` is without both codes, one line. */
export interface SmtpReply {
  readonly code: number;
  readonly enhanced: string | null;
  readonly text: string;
}

/** A reply as one line, codes and all: what is stored as `smtp_reply`. */
export function replyLine({ code, enhanced, text }: SmtpReply): string {
  return [String(code), enhanced, text].filter((part) => part !== null && part !== '').join(' ');
}

/**
 * What one recipient was told in this attempt. `untried`: the transaction ended before its answer counted. `trouble`: what was refused
 * is our trouble with the provider (`tellTrouble`); a provider itself never answers so.
 */
export type RecipientAnswer = 'accepted' | 'transient' | 'permanent' | 'uncertain' | 'untried' | 'trouble';

export interface RecipientResult {
  /** `delivery_recipients.position` */
  readonly position: number;
  readonly answer: RecipientAnswer;
  readonly reply: SmtpReply | null;
}

/** What a provider tells of one attempt: facts only, no policy. */
export interface AttemptResult {
  readonly outcome: AttemptOutcome;
  /** The phase that decided; `final` for a mail that was accepted. */
  readonly phase: SmtpPhase;
  readonly reply: SmtpReply | null;
  /** One entry for each recipient that was asked for, in any order. */
  readonly recipients: readonly RecipientResult[];
  /** Whether the final dot went to the socket: from then on a missing reply means `uncertain`. */
  readonly finalDotSent: boolean;
  /** What went wrong when no reply says it: `connect ECONNREFUSED 127.0.0.1:25`. No secrets. */
  readonly error: string | null;
  /** The session goes on listening for the reply to the final dot, which did not come in time. */
  readonly listening?: boolean;
}
