import type { AttemptResult, RecipientResult, SmtpPhase, SmtpReply } from './attempt.js';

/**
 * Whether a refusal is our trouble with the provider, and so never the mail's fault. `unless_others_succeed`: the mail's own only
 * while other deliveries of the same minutes succeed; where every delivery gets it, it is trouble.
 */
export type ProviderTrouble = 'always' | 'unless_others_succeed' | 'no';

/** A reply matches when all that is given matches. `enhanced: null`: a reply without an enhanced code. */
interface TroubleRule {
  readonly is: string;
  readonly trouble: Exclude<ProviderTrouble, 'no'>;
  readonly codes?: readonly number[];
  /** The first digit of the code. */
  readonly class?: 4 | 5;
  readonly enhanced?: RegExp | null;
  readonly text?: RegExp;
  /** Default: wherever it is said. */
  readonly phases?: readonly SmtpPhase[];
}

const ENVELOPE: readonly SmtpPhase[] = ['mail', 'rcpt'];

/** The first rule that matches decides. */
const RULES: readonly TroubleRule[] = [
  // RFC 5321 3.8 and 4.2.2: the server is closing the connection, whatever was said.
  { is: 'service not available', trouble: 'always', codes: [421] },
  // RFC 4954 4 and 6 (432, 454, 530, 534, 535, 538), RFC 5248 2.4 (523, 524, 525). 454 is also how Amazon SES throttles.
  { is: 'login or throttle', trouble: 'always', codes: [432, 454, 523, 524, 525, 530, 534, 535, 538] },
  // RFC 4954 6: credentials invalid, mechanism too weak, encryption needed for it. Exchange: 5.7.57, client was not authenticated.
  { is: 'login', trouble: 'always', enhanced: /^[45]\.7\.(8|9|11|57)$/ },
  // SendGrid: "550 Unauthenticated senders not allowed", "451 Authentication failed: Maximum credits exceeded"; qmail: "503 AUTH first (#5.5.1)".
  {
    is: 'login, in words',
    trouble: 'always',
    enhanced: null,
    text: /\bunauthenticated senders?\b|\bauthentication (failed|(is )?(required|needed))|\bAUTH (first|required)\b|\bneed AUTH\b/i,
    phases: ENVELOPE,
  },
  { is: 'login, in words, as a wrong sequence (RFC 5321 4.2.2)', trouble: 'always', codes: [503], text: /\bauth/i, phases: ENVELOPE },
  // RFC 3463 3.8: security or policy, for now. Gmail 4.7.0, Exchange Online 4.7.500, Postfix 4.7.1 (postscreen, rate limits, deferred relaying).
  { is: 'throttle', trouble: 'always', enhanced: /^4\.7\.\d+$/ },
  // RFC 3463 3.4, "system not accepting network messages". Exchange Online: too many connections or messages at a time.
  { is: 'throttle', trouble: 'always', enhanced: /^4\.3\.2$/ },
  // RFC 3463 3.5, mail system congestion: "persistent transient" only. Gmail says 550 5.4.5 when a day's sending limit is used up.
  { is: 'quota', trouble: 'always', enhanced: /^[45]\.4\.5$/ },
  // Amazon SES "Throttling failure", Gmail "Peak SMTP relay limit exceeded", SendGrid "Too many recipients received this hour (throttled)".
  {
    is: 'throttle, in words',
    trouble: 'always',
    class: 4,
    text: /\bthrottl|\brate limit|\b(sending|relay) (rate|limit|quota)|\btoo many (concurrent |simultaneous )?connections|\btoo frequent connects/i,
  },
  // RFC 3463 3.8. Postfix "Relay access denied", Exchange "Unable to relay" and 5.7.64, Gmail "Mail relay denied", "Invalid credentials for relay".
  { is: 'refusal to relay', trouble: 'unless_others_succeed', enhanced: /^5\.7\.\d+$/, phases: ENVELOPE },
  // Exim "relay not permitted", Sendmail "Relaying denied", qmail "not in my list of allowed rcpthosts (#5.7.1)".
  {
    is: 'refusal to relay, in words',
    trouble: 'unless_others_succeed',
    class: 5,
    enhanced: null,
    text: /\brelay(ing)?\b|\brcpthosts\b|#5\.7\.\d/i,
    phases: ENVELOPE,
  },
];

/** What a refusal in this phase of the dialogue says of the provider. */
export function providerTrouble(reply: SmtpReply, phase: SmtpPhase): ProviderTrouble {
  return RULES.find((rule) => applies(rule, reply, phase))?.trouble ?? 'no';
}

function applies(rule: TroubleRule, { code, enhanced, text }: SmtpReply, phase: SmtpPhase): boolean {
  if (code < 400) return false;
  if (rule.codes !== undefined && !rule.codes.includes(code)) return false;
  if (rule.class !== undefined && rule.class !== Math.floor(code / 100)) return false;
  if (rule.enhanced === null && enhanced !== null) return false;
  if (rule.enhanced instanceof RegExp && (enhanced === null || !rule.enhanced.test(enhanced))) return false;
  if (rule.phases !== undefined && !rule.phases.includes(phase)) return false;
  return rule.text === undefined || rule.text.test(text);
}

/** What was met in the last minutes, by the database's clock: the latest of other deliveries, and whether the mail itself met it. */
export interface LatelyMet {
  /** When the attempt began that succeeded. */
  readonly othersSucceededFrom: Date | null;
  /** A refusal at MAIL or RCPT that was taken for trouble with the provider. */
  readonly othersRefusedAt: Date | null;
  /** Whether this mail was refused like that before. */
  readonly refusedBefore: boolean;
}

/**
 * Whether a refusal to relay is the mail's own: others succeed, and none was refused since the last of them began. Never the first refusal of
 * a mail: when a provider begins to refuse everything, many are under way, and some of them succeed yet.
 */
export function isRefusedAlone({ othersSucceededFrom, othersRefusedAt, refusedBefore }: LatelyMet): boolean {
  return refusedBefore && othersSucceededFrom !== null && (othersRefusedAt === null || othersRefusedAt < othersSucceededFrom);
}

/** Whether what others met decides about a result. What went past RCPT for somebody was not refused for want of a right to relay. */
export function dependsOnOthers({ phase, recipients }: AttemptResult): boolean {
  if (!ENVELOPE.includes(phase) || recipients.some(({ answer }) => answer === 'accepted' || answer === 'uncertain')) return false;
  return recipients.some(({ reply }) => reply !== null && providerTrouble(reply, phase) === 'unless_others_succeed');
}

/**
 * A result with its trouble told apart: `trouble` for each recipient that met it, and `transport_failed` where none met anything better.
 * `refusedAlone`: of a result that depends on others, whether its refusals are the mail's own.
 */
export function tellTrouble(result: AttemptResult, refusedAlone: boolean): AttemptResult {
  const { outcome, phase, reply, error } = result;
  if (outcome === 'provider_accepted' && result.recipients.every(({ answer }) => answer === 'accepted')) return result;
  const everyDelivery = !refusedAlone && dependsOnOthers(result);
  const isTrouble = (said: SmtpReply): boolean => {
    const trouble = providerTrouble(said, phase);
    return trouble === 'always' || (trouble === 'unless_others_succeed' && everyDelivery);
  };
  // Before MAIL nothing was said of the mail. After, a dialogue that trouble ended leaves the rest unanswered.
  const untriedToo = isBeforeMail(result) || (error === null && reply !== null && isTrouble(reply));
  const recipients = result.recipients.map((recipient): RecipientResult => {
    const { answer } = recipient;
    const refused = (answer === 'transient' || answer === 'permanent') && recipient.reply !== null && isTrouble(recipient.reply);
    return refused || (untriedToo && answer === 'untried') ? { ...recipient, answer: 'trouble' } : recipient;
  });
  const better = recipients.some(({ answer }) => answer === 'accepted' || answer === 'uncertain' || answer === 'transient');
  const failed = !better && outcome !== 'timed_out' && recipients.some(({ answer }) => answer === 'trouble');
  return { ...result, outcome: failed ? 'transport_failed' : outcome, recipients };
}

const OPENING: readonly SmtpPhase[] = ['connect', 'greeting', 'ehlo', 'starttls', 'auth'];

function isBeforeMail({ outcome, phase }: AttemptResult): boolean {
  return outcome === 'transport_failed' && OPENING.includes(phase);
}
