import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ATTEMPT_OUTCOMES, type RecipientAnswer } from './attempt.js';
import { DELIVERY_STATUSES, type RecipientOutcome } from './delivery.js';
import { openRecipients, settleAttempt, type AttemptState, type SettledResult } from './settle-attempt.js';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const ANSWERS: readonly RecipientAnswer[] = ['accepted', 'transient', 'permanent', 'uncertain', 'untried', 'trouble'];
const OPEN_OR_SETTLED: readonly RecipientOutcome[] = ['pending', 'accepted', 'refused', 'uncertain'];

const states = fc
  .record({
    schedulePosition: fc.integer({ min: 1, max: 8 }),
    troubleSince: fc.option(fc.date({ min: new Date('2026-01-01T03:00:00Z'), max: NOW, noInvalidDate: true })),
    urgent: fc.boolean(),
    late: fc.boolean(),
    deliveryStatus: fc.constantFrom(...DELIVERY_STATUSES),
    onUncertain: fc.constantFrom('retry' as const, 'hold' as const),
    expiresAt: fc.option(fc.date({ min: new Date('2026-01-01T00:00:00Z'), max: new Date('2026-01-04T00:00:00Z'), noInvalidDate: true })),
    superseded: fc.boolean(),
    otherUncertainAttempts: fc.integer({ min: 0, max: 2 }),
    outcomes: fc.array(fc.constantFrom(...OPEN_OR_SETTLED), { minLength: 1, maxLength: 6 }),
  })
  // Only what can be: a result that is not late finds its delivery queued.
  .map(({ outcomes, ...state }): AttemptState => ({
    ...state,
    deliveryStatus: state.late ? state.deliveryStatus : 'queued',
    recipients: outcomes.map((outcome, position) => ({ position, outcome })),
  }));

const results = fc.record({
  outcome: fc.constantFrom(...ATTEMPT_OUTCOMES),
  answers: fc.array(fc.option(fc.constantFrom(...ANSWERS)), { minLength: 6, maxLength: 6 }),
});

const cases = fc
  .tuple(
    states,
    results,
    fc.array(fc.integer({ min: 1, max: 86_400_000 }), { maxLength: 6 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  )
  .map(([state, { outcome, answers }, scheduleMs, random]) => {
    const recipients = state.recipients.flatMap(({ position }) => {
      const answer = answers[position];
      return answer == null ? [] : [{ position, answer, reply: null }];
    });
    const result: SettledResult = { outcome, phase: 'final', reply: null, error: null, recipients };
    const settlement = settleAttempt(result, state, { scheduleMs, troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 }, NOW, random);
    const changed = new Map(settlement.recipients.map((recipient) => [recipient.position, recipient.outcome]));
    const after = state.recipients.map(({ position, outcome: before }) => ({ position, outcome: changed.get(position) ?? before }));
    return { state, scheduleMs, settlement, after };
  });

type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

const holdsFor = (rule: (given: Case) => void): void => fc.assert(fc.property(cases, rule), { numRuns: 2000 });

it('a queued delivery always gets a next step, unless recovery has scheduled one already', () => {
  holdsFor(({ state, settlement: { next } }) => {
    if (state.deliveryStatus === 'queued' && next.kind === 'stay') expect(state.late).toBe(true);
    if (state.late) expect(next.kind).not.toBe('retry');
  });
});

it('whoever was accepted stays accepted', () => {
  holdsFor(({ state, after }) => {
    state.recipients.forEach(({ outcome }, index) => {
      if (outcome === 'accepted') expect(after[index]?.outcome).toBe('accepted');
    });
  });
});

it('there is a retry only while somebody is open, within the schedule, before the expiry, and not once superseded', () => {
  holdsFor(({ state, scheduleMs, after, settlement: { next } }) => {
    if (next.kind !== 'retry') return;
    expect(openRecipients(after, state.onUncertain)).not.toEqual([]);
    if (next.troubleSince === null) expect(state.schedulePosition).toBeLessThanOrEqual(scheduleMs.length);
    expect(next.schedulePosition).toBe(state.schedulePosition + (next.troubleSince === null ? 1 : 0));
    expect(state.superseded).toBe(false);
    if (state.expiresAt !== null) expect(NOW.getTime() + next.delayMs).toBeLessThan(state.expiresAt.getTime());
  });
});

it('a retry waits within 20 % of the schedule', () => {
  holdsFor(({ state, scheduleMs, settlement: { next } }) => {
    if (next.kind !== 'retry' || next.troubleSince !== null) return;
    const entry = scheduleMs[state.schedulePosition - 1] ?? Number.NaN;
    expect(next.delayMs).toBeGreaterThanOrEqual(Math.floor(entry * 0.8));
    expect(next.delayMs).toBeLessThanOrEqual(Math.ceil(entry * 1.2));
  });
});

it('nobody stays pending in a delivery that has ended', () => {
  holdsFor(({ state, after, settlement: { next } }) => {
    if (next.kind === 'end' || state.deliveryStatus !== 'queued') expect(after.map(({ outcome }) => outcome)).not.toContain('pending');
  });
});

it('a delivery that ends with somebody uncertain ends uncertain, and is sent only with everybody settled and somebody accepted', () => {
  holdsFor(({ after, settlement: { next } }) => {
    if (next.kind !== 'end') return;
    const outcomes = after.map(({ outcome }) => outcome);
    if (outcomes.includes('uncertain')) expect(next.status).toBe('uncertain');
    if (next.status !== 'sent') return;
    expect(outcomes).toContain('accepted');
    expect(outcomes.filter((outcome) => outcome !== 'accepted' && outcome !== 'refused')).toEqual([]);
  });
});

it('an end is left only from uncertain to sent', () => {
  holdsFor(({ state, settlement: { next, cancelUnstartedRetry } }) => {
    if (state.deliveryStatus === 'queued') return;
    expect(cancelUnstartedRetry).toBe(false);
    if (next.kind !== 'stay')
      expect([state.deliveryStatus, next]).toEqual(['uncertain', { kind: 'end', status: 'sent', reason: 'provider_accepted' }]);
  });
});

it('a retry is cancelled exactly where a late result ends a queued delivery', () => {
  holdsFor(({ state, settlement: { next, cancelUnstartedRetry } }) => {
    expect(cancelUnstartedRetry).toBe(state.late && state.deliveryStatus === 'queued' && next.kind === 'end');
  });
});
