import { describe, expect, it, test } from 'vitest';
import type { AttemptOutcome, RecipientAnswer } from './attempt.js';
import type { RecipientOutcome } from './delivery.js';
import { settleAttempt, type AttemptState, type NextStep, type SettledResult } from './settle-attempt.js';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const POLICY = { scheduleMs: [60_000, 300_000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 };
const LAST = 3;
const retry: NextStep = { kind: 'retry', delayMs: 60_000, schedulePosition: 2, troubleSince: null };
const secondRetry: NextStep = { kind: 'retry', delayMs: 300_000, schedulePosition: 3, troubleSince: null };
const sent: NextStep = { kind: 'end', status: 'sent', reason: 'provider_accepted' };
const failed: NextStep = { kind: 'end', status: 'failed', reason: 'permanent_rejected' };
const dead: NextStep = { kind: 'end', status: 'dead_letter', reason: 'retry_schedule_used_up' };
const superseded: NextStep = { kind: 'end', status: 'superseded', reason: 'superseded' };
const expired: NextStep = { kind: 'end', status: 'expired', reason: 'expires_at_passed' };
const held: NextStep = { kind: 'end', status: 'uncertain', reason: 'on_uncertain_hold' };
const uncertain = (end: NextStep): NextStep => (end.kind === 'end' ? { ...end, status: 'uncertain' } : end);

const state = (before: readonly RecipientOutcome[], more: Partial<AttemptState> = {}): AttemptState => ({
  schedulePosition: 1,
  troubleSince: null,
  urgent: false,
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
    is: `${outcome} (${answer})${facts.schedulePosition === LAST ? ', schedule used up' : ''}${facts.onUncertain === 'hold' ? ', hold' : ''}: ${then.kind === 'end' ? then.status : then.kind}`,
    before: ['pending'],
    facts,
    outcome,
    answers: [answer],
    then,
    after: [becomes],
  });
  holds([
    one('provider_accepted', 'accepted', sent, 'accepted'),
    one('provider_accepted', 'accepted', sent, 'accepted', { schedulePosition: LAST }),
    one('transient_rejected', 'transient', retry, 'pending'),
    one('transient_rejected', 'transient', dead, 'abandoned', { schedulePosition: LAST }),
    one('transient_rejected', 'untried', retry, 'pending'),
    one('transport_failed', 'untried', retry, 'pending'),
    one('transport_failed', 'untried', dead, 'abandoned', { schedulePosition: LAST }),
    one('timed_out', 'untried', retry, 'pending'),
    one('timed_out', 'untried', dead, 'abandoned', { schedulePosition: LAST }),
    one('permanent_rejected', 'permanent', failed, 'refused'),
    one('render_failed', 'untried', { kind: 'end', status: 'failed', reason: 'render_failed' }, 'abandoned'),
    one('uncertain', 'uncertain', retry, 'uncertain'),
    one('uncertain', 'uncertain', uncertain(dead), 'uncertain', { schedulePosition: LAST }),
    one('uncertain', 'uncertain', held, 'uncertain', { onUncertain: 'hold' }),
    one('transient_rejected', 'transient', retry, 'pending', { onUncertain: 'hold' }),
  ]);
});

describe('the second attempt waits by the second entry of the schedule', () => {
  it('5 minutes', () => {
    expect(settle(result('timed_out', ['untried']), state(['pending'], { schedulePosition: 2 })).next).toEqual(secondRetry);
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
      facts: { schedulePosition: 2 },
      outcome: 'provider_accepted',
      answers: [null, 'accepted', null],
      then: sent,
      after: ['accepted', 'accepted', 'refused'],
    },
    {
      is: 'sent when the last one open is refused, but another was accepted before',
      before: ['accepted', 'pending'],
      facts: { schedulePosition: 2 },
      outcome: 'permanent_rejected',
      answers: [null, 'permanent'],
      then: sent,
      after: ['accepted', 'refused'],
    },
    {
      is: 'dead_letter when one is still open after the last attempt, though others were accepted',
      before: ['accepted', 'pending'],
      facts: { schedulePosition: LAST },
      outcome: 'transient_rejected',
      answers: [null, 'transient'],
      then: dead,
      after: ['accepted', 'abandoned'],
    },
    {
      is: 'one who was accepted stays so, whatever a second copy is told',
      before: ['accepted', 'pending'],
      facts: { schedulePosition: 2 },
      outcome: 'provider_accepted',
      answers: ['permanent', 'accepted'],
      then: sent,
      after: ['accepted', 'accepted'],
    },
    {
      is: 'one held as uncertain waits until the others are through, then the delivery ends uncertain',
      before: ['uncertain', 'pending'],
      facts: { schedulePosition: 2, onUncertain: 'hold', otherUncertainAttempts: 1 },
      outcome: 'provider_accepted',
      answers: [null, 'accepted'],
      then: held,
      after: ['uncertain', 'accepted'],
    },
    {
      is: 'a second copy that is refused leaves the first one uncertain, and nothing to try again',
      before: ['uncertain'],
      facts: { schedulePosition: 2, otherUncertainAttempts: 1 },
      outcome: 'permanent_rejected',
      answers: ['permanent'],
      then: uncertain(failed),
      after: ['uncertain'],
    },
    {
      is: 'a second copy that is put off leaves the first one uncertain, and is tried again',
      before: ['uncertain'],
      facts: { schedulePosition: 2, otherUncertainAttempts: 1 },
      outcome: 'transient_rejected',
      answers: ['transient'],
      then: secondRetry,
      after: ['uncertain'],
    },
    {
      is: 'a second copy that is accepted settles it',
      before: ['uncertain'],
      facts: { schedulePosition: 2, otherUncertainAttempts: 1 },
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
      trouble: 'abandoned',
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
    of('superseded at its last attempt', { superseded: true, schedulePosition: LAST }, 'timed_out', 'untried', superseded),
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

describe('provider trouble uses up none of the retry schedule', () => {
  const trouble = result('transport_failed', ['trouble']);
  const since = (ms: number): Date => new Date(NOW.getTime() - ms);
  it('the mail is tried again soon, at the same position of the schedule', () => {
    expect(settle(trouble, state(['pending'], { schedulePosition: LAST })).next).toEqual({
      kind: 'retry',
      delayMs: 5_000,
      schedulePosition: LAST,
      troubleSince: NOW,
    });
  });

  it('the waits grow with the time for which nothing else was met', () => {
    expect(settle(trouble, state(['pending'], { schedulePosition: 2, troubleSince: since(40_000) })).next).toEqual({
      kind: 'retry',
      delayMs: 40_000,
      schedulePosition: 2,
      troubleSince: since(40_000),
    });
  });

  it.each([
    [86_399_999, { kind: 'retry', delayMs: 1, schedulePosition: 1, troubleSince: since(86_399_999) }],
    [86_400_000, { kind: 'end', status: 'dead_letter', reason: 'provider_trouble_limit_passed' }],
  ] as const)('a mail that met nothing else for %i ms of a limit of 24 h: %j', (ms, then) => {
    expect(settle(trouble, state(['pending'], { troubleSince: since(ms) })).next).toEqual(then);
  });

  it('whatever else is met begins the time anew, and goes on in the schedule', () => {
    expect(settle(result('transient_rejected', ['transient']), state(['pending'], { troubleSince: since(80_000_000) })).next).toEqual(
      retry,
    );
    expect(settle(result('timed_out', ['untried']), state(['pending'], { troubleSince: since(80_000_000) })).next).toEqual(retry);
  });

  it('who is still open decides: one that met something else counts, those who are through do not', () => {
    const next = (answers: readonly RecipientAnswer[]) =>
      settle(result('provider_accepted', answers), state(answers.map(() => 'pending' as const))).next;
    expect(next(['trouble', 'transient'])).toMatchObject({ schedulePosition: 2, troubleSince: null });
    expect(next(['trouble', 'accepted', 'permanent'])).toMatchObject({ schedulePosition: 1, troubleSince: NOW });
  });

  it('who may have the mail from an attempt before stays uncertain', () => {
    const facts = state(['uncertain'], { schedulePosition: 2, otherUncertainAttempts: 1 });
    expect(after(trouble, facts)).toEqual(['uncertain']);
    expect(settle(trouble, facts).next).toMatchObject({ schedulePosition: 2, delayMs: 5_000 });
  });

  holds([
    {
      is: 'a superseded mail is not tried again all the same',
      before: ['pending'],
      facts: { superseded: true },
      outcome: 'transport_failed',
      answers: ['trouble'],
      then: superseded,
      after: ['abandoned'],
    },
    {
      is: 'nor one that expires before',
      before: ['pending'],
      facts: { expiresAt: new Date(NOW.getTime() + 5_000) },
      outcome: 'transport_failed',
      answers: ['trouble'],
      then: expired,
      after: ['abandoned'],
    },
  ]);
});

describe('a retry is not due while a session listens for the reply to the final dot', () => {
  const listening: SettledResult = { ...result('uncertain', ['uncertain']), listening: true };
  it('it waits for MAIL_SMTP_FINAL_REPLY_TIMEOUT at least', () => {
    expect(settle(listening, state(['pending'])).next).toMatchObject({ kind: 'retry', delayMs: 600_000, schedulePosition: 2 });
  });

  it('longer where the schedule says so', () => {
    const policy = { ...POLICY, scheduleMs: [3_600_000] };
    expect(settleAttempt(listening, state(['pending']), policy, NOW, 0.5).next).toMatchObject({ delayMs: 3_600_000 });
  });

  it('urgent mail keeps to the schedule, and so does what nobody listens for', () => {
    expect(settle(listening, state(['pending'], { urgent: true })).next).toEqual(retry);
    expect(settle(result('uncertain', ['uncertain']), state(['pending'])).next).toEqual(retry);
  });

  it('the schedule is used up as ever', () => {
    expect(settle(listening, state(['pending'], { schedulePosition: LAST })).next).toEqual(uncertain(dead));
  });
});
