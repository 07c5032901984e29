import { describe, expect, it } from 'vitest';
import type { OnUncertain, RecipientOutcome } from './delivery.js';
import { lostResult, openRecipients, settleAttempt, type AttemptState } from './settle-attempt.js';

const POLICY = { scheduleMs: [60_000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 };

const lost = (onUncertain: OnUncertain, ...before: RecipientOutcome[]): AttemptState => ({
  schedulePosition: 1,
  troubleSince: null,
  urgent: false,
  deliveryStatus: 'queued',
  onUncertain,
  expiresAt: null,
  superseded: false,
  late: false,
  otherUncertainAttempts: 0,
  recipients: before.map((outcome, position) => ({ position, outcome })),
});

const next = (state: AttemptState) => settleAttempt(lostResult(state), state, POLICY, new Date(0), 0.5).next;

describe('an attempt is for those not yet accepted, refused or held', () => {
  const open = (onUncertain: OnUncertain) =>
    openRecipients(lost(onUncertain, 'pending', 'accepted', 'refused', 'uncertain', 'suppressed', 'abandoned').recipients, onUncertain);

  it('with on_uncertain retry, for the uncertain too', () => {
    expect(open('retry').map(({ outcome }) => outcome)).toEqual(['pending', 'uncertain']);
  });

  it('with on_uncertain hold, not for the uncertain', () => {
    expect(open('hold').map(({ outcome }) => outcome)).toEqual(['pending']);
  });
});

describe('the recovery of a lost attempt', () => {
  it('makes uncertain those whom the attempt was for, and no others', () => {
    const state = lost('retry', 'accepted', 'refused', 'pending', 'uncertain');
    const { recipients } = settleAttempt(lostResult(state), state, POLICY, new Date(0), 0.5);
    expect(recipients.map(({ position, outcome }) => [position, outcome])).toEqual([
      [2, 'uncertain'],
      [3, 'uncertain'],
    ]);
  });

  it('schedules a second copy, or holds the delivery, as on_uncertain says', () => {
    expect(next(lost('retry', 'pending'))).toMatchObject({ kind: 'retry', delayMs: 60_000 });
    expect(next(lost('hold', 'pending'))).toEqual({ kind: 'end', status: 'uncertain', reason: 'on_uncertain_hold' });
  });

  it('says why', () => {
    expect(lostResult(lost('retry', 'pending'))).toMatchObject({
      outcome: 'uncertain',
      phase: null,
      reply: null,
      error: 'the worker was lost while the attempt was in progress',
    });
  });
});
