import { describe, expect, it, test } from 'vitest';
import type { AttemptOutcome, RecipientAnswer } from './attempt.js';
import type { RecipientOutcome } from './delivery.js';
import { settleAttempt, type AttemptState, type NextStep, type SettledResult } from './settle-attempt.js';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const POLICY = { scheduleMs: [60_000, 300_000] };
const LAST = 3;
const retry: NextStep = { kind: 'retry', delayMs: 60_000 };
const sent: NextStep = { kind: 'end', status: 'sent', reason: 'provider_accepted' };
const failed: NextStep = { kind: 'end', status: 'failed', reason: 'permanent_rejected' };
const dead: NextStep = { kind: 'end', status: 'dead_letter', reason: 'retry_schedule_used_up' };
const superseded: NextStep = { kind: 'end', status: 'superseded', reason: 'superseded' };
const expired: NextStep = { kind: 'end', status: 'expired', reason: 'expires_at_passed' };
const held: NextStep = { kind: 'end', status: 'uncertain', reason: 'on_uncertain_hold' };
const uncertain = (end: NextStep): NextStep => (end.kind === 'end' ? { ...end, status: 'uncertain' } : end);

const state = (before: readonly RecipientOutcome[], more: Partial<AttemptState> = {}): AttemptState => ({
  number: 1,
  deliveryStatus: 'queued',
  onUncertain: 'retry',
  expiresAt: null,
  superseded: false,
  late: false,
  otherUncertainAttempts: 0,
  recipients: before.map((outcome, position) => ({ position, outcome })),
  ...more,
});

/** `null` for a recipient that was not asked. */
const result = (outcome: AttemptOutcome, answers: readonly (RecipientAnswer | null)[]): SettledResult => ({
  outcome,
  phase: 'rcpt',
  reply: null,
  error: null,
  recipients: answers.flatMap((answer, position) => (answer === null ? [] : [{ position, answer, reply: null }])),
});

const settle = (given: SettledResult, facts: AttemptState) => settleAttempt(given, facts, POLICY, NOW, 0.5);

/** What every recipient of the delivery is after the settlement. */
const after = (given: SettledResult, facts: AttemptState): RecipientOutcome[] => {
  const changed = new Map(settle(given, facts).recipients.map(({ position, outcome }) => [position, outcome]));
  return facts.recipients.map(({ position, outcome }) => changed.get(position) ?? outcome);
};

interface Row {
  readonly is: string;
  readonly before: readonly RecipientOutcome[];
  readonly facts?: Partial<AttemptState>;
  readonly outcome: AttemptOutcome;
  readonly answers: readonly (RecipientAnswer | null)[];
  readonly then: NextStep;
  readonly after: readonly RecipientOutcome[];
}

const holds = (rows: readonly Row[]): void => {
  test.each(rows)('$is', ({ before, facts, outcome, answers, then, after: expected }) => {
    const settlement = settle(result(outcome, answers), state(before, facts));
    expect(settlement.next).toEqual(then);
    expect(after(result(outcome, answers), state(before, facts))).toEqual(expected);
    expect(settlement.attempt.outcome).toBe(outcome);
  });
};

describe('an attempt with one recipient', () => {
  const one = (
    outcome: AttemptOutcome,
    answer: RecipientAnswer,
    then: NextStep,
    becomes: RecipientOutcome,
    facts: Partial<AttemptState> = {},
  ): Row => ({
    is: `${outcome} (${answer})${facts.number === LAST ? ', schedule used up' : ''}${facts.onUncertain === 'hold' ? ', hold' : ''}: ${then.kind === 'end' ? then.status : then.kind}`,
    before: ['pending'],
    facts,
    outcome,
    answers: [answer],
    then,
    after: [becomes],
  });
  holds([
    one('provider_accepted', 'accepted', sent, 'accepted'),
    one('provider_accepted', 'accepted', sent, 'accepted', { number: LAST }),
    one('transient_rejected', 'transient', retry, 'pending'),
    one('transient_rejected', 'transient', dead, 'abandoned', { number: LAST }),
    one('transient_rejected', 'untried', retry, 'pending'),
    one('transport_failed', 'untried', retry, 'pending'),
    one('transport_failed', 'untried', dead, 'abandoned', { number: LAST }),
    one('timed_out', 'untried', retry, 'pending'),
    one('timed_out', 'untried', dead, 'abandoned', { number: LAST }),
    one('permanent_rejected', 'permanent', failed, 'refused'),
    one('render_failed', 'untried', { kind: 'end', status: 'failed', reason: 'render_failed' }, 'abandoned'),
    one('uncertain', 'uncertain', retry, 'uncertain'),
    one('uncertain', 'uncertain', uncertain(dead), 'uncertain', { number: LAST }),
    one('uncertain', 'uncertain', held, 'uncertain', { onUncertain: 'hold' }),
    one('transient_rejected', 'transient', retry, 'pending', { onUncertain: 'hold' }),
  ]);
});

describe('the second attempt waits by the second entry of the schedule', () => {
  it('5 minutes', () => {
    expect(settle(result('timed_out', ['untried']), state(['pending'], { number: 2 })).next).toEqual({ kind: 'retry', delayMs: 300_000 });
  });
});

describe('each recipient has its own outcome', () => {
  holds([
    {
      is: 'sent once all are accepted or refused, and at least one accepted',
      before: ['pending', 'pending'],
      outcome: 'provider_accepted',
      answers: ['accepted', 'permanent'],
      then: sent,
      after: ['accepted', 'refused'],
    },
    {
      is: 'another attempt for those still open',
      before: ['pending', 'pending', 'pending'],
      outcome: 'provider_accepted',
      answers: ['accepted', 'transient', 'permanent'],
      then: retry,
      after: ['accepted', 'pending', 'refused'],
    },
    {
      is: 'sent when the last one open is accepted in a later attempt',
      before: ['accepted', 'pending', 'refused'],
      facts: { number: 2 },
      outcome: 'provider_accepted',
      answers: [null, 'accepted', null],
      then: sent,
      after: ['accepted', 'accepted', 'refused'],
    },
    {
      is: 'sent when the last one open is refused, but another was accepted before',
      before: ['accepted', 'pending'],
      facts: { number: 2 },
      outcome: 'permanent_rejected',
      answers: [null, 'permanent'],
      then: sent,
      after: ['accepted', 'refused'],
    },
    {
      is: 'dead_letter when one is still open after the last attempt, though others were accepted',
      before: ['accepted', 'pending'],
      facts: { number: LAST },
      outcome: 'transient_rejected',
      answers: [null, 'transient'],
      then: dead,
      after: ['accepted', 'abandoned'],
    },
    {
      is: 'one who was accepted stays so, whatever a second copy is told',
      before: ['accepted', 'pending'],
      facts: { number: 2 },
      outcome: 'provider_accepted',
      answers: ['permanent', 'accepted'],
      then: sent,
      after: ['accepted', 'accepted'],
    },
    {
      is: 'one held as uncertain waits until the others are through, then the delivery ends uncertain',
      before: ['uncertain', 'pending'],
      facts: { number: 2, onUncertain: 'hold', otherUncertainAttempts: 1 },
      outcome: 'provider_accepted',
      answers: [null, 'accepted'],
      then: held,
      after: ['uncertain', 'accepted'],
    },
    {
      is: 'a second copy that is refused leaves the first one uncertain, and nothing to try again',
      before: ['uncertain'],
      facts: { number: 2, otherUncertainAttempts: 1 },
      outcome: 'permanent_rejected',
      answers: ['permanent'],
      then: uncertain(failed),
      after: ['uncertain'],
    },
    {
      is: 'a second copy that is put off leaves the first one uncertain, and is tried again',
      before: ['uncertain'],
      facts: { number: 2, otherUncertainAttempts: 1 },
      outcome: 'transient_rejected',
      answers: ['transient'],
      then: { kind: 'retry', delayMs: 300_000 },
      after: ['uncertain'],
    },
    {
      is: 'a second copy that is accepted settles it',
      before: ['uncertain'],
      facts: { number: 2, otherUncertainAttempts: 1 },
      outcome: 'provider_accepted',
      answers: ['accepted'],
      then: sent,
      after: ['accepted'],
    },
  ]);
});

describe('superseded and expired deliveries are not retried', () => {
  const at = (ms: number): Date => new Date(NOW.getTime() + ms);
  const of = (is: string, facts: Partial<AttemptState>, outcome: AttemptOutcome, answer: RecipientAnswer, then: NextStep): Row => {
    const becomes = {
      accepted: 'accepted',
      permanent: 'refused',
      uncertain: 'uncertain',
      transient: 'abandoned',
      untried: 'abandoned',
    } as const;
    return {
      is,
      facts,
      before: ['pending'],
      outcome,
      answers: [answer],
      then,
      after: [then.kind === 'retry' ? 'pending' : becomes[answer]],
    };
  };
  holds([
    of('superseded while in progress', { superseded: true }, 'timed_out', 'untried', superseded),
    of('superseded, but sent all the same', { superseded: true }, 'provider_accepted', 'accepted', sent),
    of('superseded, and refused', { superseded: true }, 'permanent_rejected', 'permanent', failed),
    of('superseded, and maybe out', { superseded: true }, 'uncertain', 'uncertain', uncertain(superseded)),
    of('superseded at its last attempt', { superseded: true, number: LAST }, 'timed_out', 'untried', superseded),
    of('the retry would be at the expiry', { expiresAt: at(60_000) }, 'timed_out', 'untried', expired),
    of('the retry would be past the expiry', { expiresAt: at(1) }, 'transient_rejected', 'transient', expired),
    of('the retry is just before the expiry', { expiresAt: at(60_001) }, 'timed_out', 'untried', retry),
    of('past the expiry, and maybe out', { expiresAt: at(1) }, 'uncertain', 'uncertain', uncertain(expired)),
    of('past the expiry, but sent', { expiresAt: at(-1) }, 'provider_accepted', 'accepted', sent),
  ]);
});

describe('a settlement names only the recipients that it changes, with what they were told', () => {
  it('and nobody who was accepted before', () => {
    const reply = { code: 450, enhanced: '4.2.1', text: 'later' };
    const given: SettledResult = { ...result('transient_rejected', []), recipients: [{ position: 1, answer: 'transient', reply }] };
    expect(settle(given, state(['accepted', 'pending', 'refused'])).recipients).toEqual([{ position: 1, outcome: 'pending', reply }]);
  });
});
