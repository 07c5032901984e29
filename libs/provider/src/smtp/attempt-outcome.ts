import type { AttemptOutcome, RecipientAnswer, RecipientResult, SmtpReply } from '@mail/domain';

/** RFC 5321 4.2.1: the first digit alone decides. `null`: a class that no command we wait on may be answered with. */
export function answerOf(code: number): 'accepted' | 'transient' | 'permanent' | null {
  if (code >= 200 && code < 300) return 'accepted';
  if (code >= 400 && code < 500) return 'transient';
  if (code >= 500 && code < 600) return 'permanent';
  return null;
}

const TOO_MANY = /\btoo (many|much) (recipients?|rcpts?|addresses)\b/i;
const IN_WORDS: readonly RegExp[] = [
  TOO_MANY,
  /\b(recipients?|rcpts?)( count)? (limit|maximum|exceed)|\b(limit|maximum|max)\b.*\b(recipients?|rcpts?)\b/i,
  // "No more recipients", "only 5 recipients allowed", "cannot accept more than 5 recipients".
  /\b(no more|(only|more than)( \w+)?) (recipients?|rcpts?)\b/i,
  /\b(recipients?|rcpts?) (per (message|mail|session|transaction|connection)|at a time)\b/i,
  // qmail writes enhanced codes behind the text.
  /#[45]\.5\.3\b/,
];
/** Gmail: "Domain policy size per transaction exceeded", "Multiple destination domains per transaction is unsupported". */
const PER_TRANSACTION = /\b(per|separate|another) transaction\b/i;
/** What else a bare 452 is said for: "insufficient system storage" (RFC 5321 4.2.2), a mailbox that is full, a throttle. */
const FOR_WANT_OF_SPACE = /\b(storage|space|disk|quota|mailbox|full|size|resources?|memory|load|rate|throttl\w*|later)\b/i;

/**
 * Whether a refusal of RCPT says that the transaction takes no more recipients: 452 or, in old servers, 552 (RFC 5321 4.5.3.1.10), X.5.3
 * (RFC 3463 3.6), or words to that effect; a 452 that says nothing else, too.
 */
export function saysTooManyRecipients({ code, enhanced, text }: SmtpReply): boolean {
  if (code < 400 || code === 421) return false;
  if (code < 500 && PER_TRANSACTION.test(text)) return true;
  if (enhanced === null) return IN_WORDS.some((words) => words.test(text)) || (code === 452 && !FOR_WANT_OF_SPACE.test(text));
  // X.7.Z is a policy, such as on recipients an hour.
  return /^[45]\.5\.3$/.test(enhanced) || ((code === 452 || code === 552) && !/^\d\.7\./.test(enhanced) && TOO_MANY.test(text));
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
