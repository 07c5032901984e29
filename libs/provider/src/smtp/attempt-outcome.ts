import type { AttemptOutcome, RecipientAnswer, RecipientResult, SmtpReply } from '@mail/domain';

/** RFC 5321 4.2.1: the first digit alone decides. `null`: a class that no command we wait on may be answered with. */
export function answerOf(code: number): 'accepted' | 'transient' | 'permanent' | null {
  if (code >= 200 && code < 300) return 'accepted';
  if (code >= 400 && code < 500) return 'transient';
  if (code >= 500 && code < 600) return 'permanent';
  return null;
}

/** Best first: an attempt's outcome is its best recipient's. */
const OUTCOMES: readonly (readonly [RecipientAnswer, AttemptOutcome])[] = [
  ['accepted', 'provider_accepted'],
  ['uncertain', 'uncertain'],
  ['transient', 'transient_rejected'],
  ['permanent', 'permanent_rejected'],
];

/** The outcome of a transaction that came to its end, and the reply of the recipient that decided it. */
export function attemptOutcome(recipients: readonly RecipientResult[]): { outcome: AttemptOutcome; reply: SmtpReply | null } {
  for (const [answer, outcome] of OUTCOMES) {
    const best = recipients.find((recipient) => recipient.answer === answer);
    if (best !== undefined) return { outcome, reply: best.reply };
  }
  throw new Error('a transaction without a recipient has no outcome');
}
