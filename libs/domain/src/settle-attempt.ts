import type { AttemptOutcome, AttemptResult, RecipientAnswer, RecipientResult, SmtpPhase, SmtpReply } from './attempt.js';
import type { DeliveryEnd, DeliveryStatus, EndReason, OnUncertain, RecipientOutcome } from './delivery.js';
import { nextDelayMs, troubleDelayMs, type RetryPolicy } from './retry-policy.js';

/** What the settlement of an attempt stands on: the delivery as it is stored, at one `revision`. */
export interface AttemptState {
  /** Which try of the retry schedule the attempt is, from 1. Attempts that met provider trouble are tried again at the same position. */
  readonly schedulePosition: number;
  /** Since when the delivery has met nothing but provider trouble; `null`: the attempt before this one met something else, or there is none. */
  readonly troubleSince: Date | null;
  /** Of the lane `high`. */
  readonly urgent: boolean;
  /** The delivery's status; anything but `queued` only when the result comes late. */
  readonly deliveryStatus: DeliveryStatus;
  readonly onUncertain: OnUncertain;
  readonly expiresAt: Date | null;
  readonly superseded: boolean;
  /** Every recipient of the delivery, with its outcome so far. */
  readonly recipients: readonly { readonly position: number; readonly outcome: RecipientOutcome }[];
  /** The attempt was already recovered as `uncertain`: this result tells what really happened. */
  readonly late: boolean;
  /** Other attempts of the delivery that ended `uncertain`: while there are any, "not sent this time" does not mean "not sent". */
  readonly otherUncertainAttempts: number;
}

export interface RecipientSettlement {
  readonly position: number;
  readonly outcome: RecipientOutcome;
  readonly reply: SmtpReply | null;
}

/** `stay`: only the attempt and its recipients are written, since something else moves the delivery, or it has ended for good. */
export type NextStep =
  | { readonly kind: 'retry'; readonly delayMs: number; readonly schedulePosition: number; readonly troubleSince: Date | null }
  | { readonly kind: 'end'; readonly status: DeliveryEnd; readonly reason: EndReason }
  | { readonly kind: 'stay' };

/** What an attempt's result means: everything that is to be written, and nothing of how. */
export interface Settlement {
  readonly attempt: {
    readonly outcome: AttemptOutcome;
    readonly phase: SmtpPhase | null;
    readonly reply: SmtpReply | null;
    readonly error: string | null;
  };
  /** Only the recipients that this attempt, or the delivery's end, changes. */
  readonly recipients: readonly RecipientSettlement[];
  readonly next: NextStep;
  /** The retry that a late result makes needless; the delivery ends only if it had not started. */
  readonly cancelUnstartedRetry: boolean;
}

/** A result as far as the settlement needs it; the recovery of a lost attempt knows no phase. */
export type SettledResult = Omit<AttemptResult, 'phase' | 'finalDotSent'> & { readonly phase: SmtpPhase | null };

/** The recipients that an attempt is for: those not yet accepted, refused or held. */
export function openRecipients<R extends { readonly outcome: RecipientOutcome }>(recipients: readonly R[], onUncertain: OnUncertain): R[] {
  return recipients.filter(({ outcome }) => outcome === 'pending' || (outcome === 'uncertain' && onUncertain === 'retry'));
}

/** The result of an attempt whose worker was lost while it was in progress: its mail may or may not be out. */
export function lostResult(state: Pick<AttemptState, 'recipients' | 'onUncertain'>): SettledResult {
  return {
    outcome: 'uncertain',
    phase: null,
    reply: null,
    error: 'the worker was lost while the attempt was in progress',
    recipients: openRecipients(state.recipients, state.onUncertain).map(({ position }) => ({ position, answer: 'uncertain', reply: null })),
  };
}

/**
 * What becomes of attempt, recipients and delivery. `now` is the database's clock, `random` is in [0, 1).
 * Pure: the same arguments give the same settlement, whichever process asks.
 */
export function settleAttempt(result: SettledResult, state: AttemptState, policy: RetryPolicy, now: Date, random: number): Settlement {
  const answers = new Map(result.recipients.map((answer) => [answer.position, answer]));
  const merged = state.recipients.map((recipient) => mergeAnswer(recipient, answers.get(recipient.position), state));
  const next = nextStep(result, merged, state, policy, now, random);
  const closed = next.kind === 'end' || state.deliveryStatus !== 'queued';
  const recipients = merged
    .map((recipient) => (closed && recipient.outcome === 'pending' ? { ...recipient, outcome: 'abandoned' as const } : recipient))
    .filter((recipient, index) => recipient.answered || recipient.outcome !== state.recipients[index]?.outcome)
    .map(({ position, outcome, reply }) => ({ position, outcome, reply }));
  return {
    attempt: { outcome: result.outcome, phase: result.phase, reply: result.reply, error: result.error },
    recipients,
    next,
    cancelUnstartedRetry: state.late && state.deliveryStatus === 'queued' && next.kind === 'end',
  };
}

interface MergedRecipient extends RecipientSettlement {
  readonly answered: boolean;
  readonly refusedNow: boolean;
  readonly troubled: boolean;
}

function mergeAnswer(
  recipient: { readonly position: number; readonly outcome: RecipientOutcome },
  result: RecipientResult | undefined,
  state: AttemptState,
): MergedRecipient {
  const { position, outcome } = recipient;
  // An address once accepted stays accepted, whatever a second copy is told.
  if (result === undefined || outcome === 'accepted')
    return { position, outcome, reply: null, answered: false, refusedNow: false, troubled: false };
  const mayBeOut = outcome === 'uncertain' && (!state.late || state.otherUncertainAttempts > 0);
  return {
    position,
    outcome: outcomeOf(result.answer, mayBeOut),
    reply: result.reply,
    answered: true,
    refusedNow: result.answer === 'permanent',
    troubled: result.answer === 'trouble',
  };
}

function outcomeOf(answer: RecipientAnswer, mayBeOut: boolean): RecipientOutcome {
  if (answer === 'accepted') return 'accepted';
  if (answer === 'uncertain' || mayBeOut) return 'uncertain';
  return answer === 'permanent' ? 'refused' : 'pending';
}

function nextStep(
  result: SettledResult,
  merged: readonly MergedRecipient[],
  state: AttemptState,
  policy: RetryPolicy,
  now: Date,
  random: number,
): NextStep {
  const open = openRecipients(merged, state.onUncertain).filter(({ refusedNow }) => !refusedNow);
  const uncertain = merged.some(({ outcome }) => outcome === 'uncertain');
  const end = (status: DeliveryEnd, reason: EndReason): NextStep => ({ kind: 'end', status: uncertain ? 'uncertain' : status, reason });

  if (state.deliveryStatus !== 'queued') {
    // The one way out of an end: what was uncertain turns out to be sent.
    const sent = state.deliveryStatus === 'uncertain' && allSettled(merged) && merged.some(({ outcome }) => outcome === 'accepted');
    return sent ? { kind: 'end', status: 'sent', reason: 'provider_accepted' } : { kind: 'stay' };
  }
  if (result.outcome === 'render_failed') return end('failed', 'render_failed');
  if (open.length === 0) {
    if (merged.some(({ outcome, refusedNow }) => outcome === 'uncertain' && !refusedNow)) return end('uncertain', 'on_uncertain_hold');
    return merged.some(({ outcome }) => outcome === 'accepted') ? end('sent', 'provider_accepted') : end('failed', 'permanent_rejected');
  }
  // The retry that recovery scheduled is still there to move the delivery.
  if (state.late) return { kind: 'stay' };
  if (state.superseded) return end('superseded', 'superseded');
  // Trouble uses up none of the schedule, as long as it is all that those who are still open have met.
  const troubleSince = open.every(({ troubled }) => troubled) ? (state.troubleSince ?? now) : null;
  const delayMs =
    troubleSince === null
      ? delayAfterTryMs(result, state, policy, random)
      : troubleDelayMs(now.getTime() - troubleSince.getTime(), policy, random);
  if (delayMs === null)
    return troubleSince === null ? end('dead_letter', 'retry_schedule_used_up') : end('dead_letter', 'provider_trouble_limit_passed');
  if (state.expiresAt !== null && now.getTime() + delayMs >= state.expiresAt.getTime()) return end('expired', 'expires_at_passed');
  return { kind: 'retry', delayMs, schedulePosition: state.schedulePosition + (troubleSince === null ? 1 : 0), troubleSince };
}

/** A retry is not due while a session may still hear that the mail was taken; urgent mail keeps to the schedule all the same. */
function delayAfterTryMs({ listening }: SettledResult, state: AttemptState, policy: RetryPolicy, random: number): number | null {
  const delayMs = nextDelayMs(state.schedulePosition, policy.scheduleMs, random);
  if (delayMs === null || listening !== true || state.urgent) return delayMs;
  return Math.max(delayMs, policy.finalReplyTimeoutMs);
}

function allSettled(recipients: readonly { readonly outcome: RecipientOutcome }[]): boolean {
  return recipients.every(({ outcome }) => outcome === 'accepted' || outcome === 'refused');
}
