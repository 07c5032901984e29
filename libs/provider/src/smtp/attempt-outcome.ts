import type { AttemptOutcome, RecipientAnswer, RecipientResult, SmtpReply } from '@mail/domain';

/** RFC 5321 4.2.1: the first digit alone decides. `null`: a class that no command we wait on may be answered with. */
export function answerOf(code: number): 'accepted' | 'transient' | 'permanent' | null {
  if (code >= 200 && code < 300) return 'accepted';
  if (code >= 400 && code < 500) return 'transient';
  if (code >= 500 && code < 600) return 'permanent';
  return null;
}

const IN_WORDS = /\btoo many (recipients|rcpt)|\brecipient(s| count)? (limit|maximum|exceed)|\b(limit|maximum|max)\b.*\brecipients?\b/i;
/** Gmail: "Domain policy size per transaction exceeded", "Multiple destination domains per transaction is unsupported". */
const PER_TRANSACTION = /\b(per|separate|another) transaction\b/i;

/**
 * Whether a refusal of RCPT says that the transaction takes no more recipients: 452 or, in old servers, 552 (RFC 5321 4.5.3.1.10), X.5.3
 * (RFC 3463 3.6), or words to that effect.
 */
export function saysTooManyRecipients({ code, enhanced, text }: SmtpReply): boolean {
  if (code < 400 || code === 421) return false;
  if (enhanced !== null && /^[45]\.5\.3$/.test(enhanced)) return true;
  return (enhanced === null && IN_WORDS.test(text)) || (code < 500 && PER_TRANSACTION.test(text));
}

/** Best first: an attempt's outcome is its best recipient's. */
const OUTCOMES: readonly (readonly [RecipientAnswer, AttemptOutcome])[] = [
  ['accepted', 'provider_accepted'],
  ['uncertain', 'uncertain'],
  ['transient', 'transient_rejected'],
  ['permanent', 'permanent_rejected'],
];

/** The outcome of an attempt that came to its end, and the reply of the recipient that decided it. */
export function attemptOutcome(recipients: readonly RecipientResult[]): { outcome: AttemptOutcome; reply: SmtpReply | null } {
  for (const [answer, outcome] of OUTCOMES) {
    const best = recipients.find((recipient) => recipient.answer === answer);
    if (best !== undefined) return { outcome, reply: best.reply };
  }
  throw new Error('a transaction without a recipient has no outcome');
}
