import { expect, test, describe } from 'vitest';
import type { AttemptOutcome, RecipientAnswer } from './attempt.js';
import type { DeliveryStatus, OnUncertain, RecipientOutcome } from './delivery.js';
import { settleAttempt, type NextStep } from './settle-attempt.js';

const stay: NextStep = { kind: 'stay' };
const sent: NextStep = { kind: 'end', status: 'sent', reason: 'provider_accepted' };
const failed: NextStep = { kind: 'end', status: 'failed', reason: 'permanent_rejected' };

interface Row {
  readonly is: string;
  readonly status: DeliveryStatus;
  readonly before: readonly RecipientOutcome[];
  readonly outcome: AttemptOutcome;
  readonly answers: readonly RecipientAnswer[];
  readonly onUncertain?: OnUncertain;
  readonly otherUncertain?: number;
  readonly superseded?: boolean;
  readonly then: NextStep;
  readonly cancels: boolean;
  readonly after: readonly RecipientOutcome[];
}

// The attempt was recovered as uncertain; now its worker tells what really happened.
const rows: readonly Row[] = [
  {
    is: 'a success closes the delivery and cancels the retry',
    status: 'queued',
    before: ['uncertain'],
    outcome: 'provider_accepted',
    answers: ['accepted'],
    then: sent,
    cancels: true,
    after: ['accepted'],
  },
  {
    is: 'a refusal closes the delivery and cancels the retry',
    status: 'queued',
    before: ['uncertain'],
    outcome: 'permanent_rejected',
    answers: ['permanent'],
    then: failed,
    cancels: true,
    after: ['refused'],
  },
  {
    is: 'a failure before the final dot makes the recipient open again, and leaves the retry to its time',
    status: 'queued',
    before: ['uncertain'],
    outcome: 'timed_out',
    answers: ['untried'],
    then: stay,
    cancels: false,
    after: ['pending'],
  },
  {
    is: 'still uncertain: nothing moves',
    status: 'queued',
    before: ['uncertain'],
    outcome: 'uncertain',
    answers: ['uncertain'],
    then: stay,
    cancels: false,
    after: ['uncertain'],
  },
  {
    is: 'a success for some leaves the retry to the others',
    status: 'queued',
    before: ['uncertain', 'uncertain'],
    outcome: 'provider_accepted',
    answers: ['accepted', 'transient'],
    then: stay,
    cancels: false,
    after: ['accepted', 'pending'],
  },
  {
    is: 'not even a superseded delivery is ended by a result that leaves the retry needed',
    status: 'queued',
    before: ['uncertain'],
    superseded: true,
    outcome: 'timed_out',
    answers: ['untried'],
    then: stay,
    cancels: false,
    after: ['pending'],
  },
  {
    is: 'a refusal proves nothing while another attempt is uncertain',
    status: 'uncertain',
    before: ['uncertain'],
    otherUncertain: 1,
    outcome: 'permanent_rejected',
    answers: ['permanent'],
    then: stay,
    cancels: false,
    after: ['uncertain'],
  },
  {
    is: 'a success turns uncertain into sent',
    status: 'uncertain',
    before: ['uncertain', 'refused'],
    onUncertain: 'hold',
    outcome: 'provider_accepted',
    answers: ['accepted', 'permanent'],
    then: sent,
    cancels: false,
    after: ['accepted', 'refused'],
  },
  {
    is: 'a success for some does not turn uncertain into sent, while another may or may not have it',
    status: 'uncertain',
    before: ['uncertain', 'uncertain'],
    outcome: 'provider_accepted',
    answers: ['accepted', 'uncertain'],
    then: stay,
    cancels: false,
    after: ['accepted', 'uncertain'],
  },
  {
    is: 'a failure leaves uncertain as it is, and its recipient abandoned',
    status: 'uncertain',
    before: ['uncertain'],
    outcome: 'timed_out',
    answers: ['untried'],
    then: stay,
    cancels: false,
    after: ['abandoned'],
  },
  ...(['sent', 'failed', 'dead_letter', 'cancelled', 'superseded', 'expired'] as const).map((status): Row => ({
    is: `a success leaves ${status} as it is`,
    status,
    before: ['uncertain'],
    outcome: 'provider_accepted',
    answers: ['accepted'],
    then: stay,
    cancels: false,
    after: ['accepted'],
  })),
  {
    is: 'whoever was accepted by the retry stays accepted',
    status: 'sent',
    before: ['accepted'],
    outcome: 'permanent_rejected',
    answers: ['permanent'],
    then: stay,
    cancels: false,
    after: ['accepted'],
  },
];

describe('a late result', () => {
  test.each(rows)('$is', (row) => {
    const settlement = settleAttempt(
      {
        outcome: row.outcome,
        phase: 'final',
        reply: null,
        error: null,
        recipients: row.answers.map((answer, position) => ({ position, answer, reply: null })),
      },
      {
        schedulePosition: 1,
        troubleSince: null,
        urgent: false,
        late: true,
        deliveryStatus: row.status,
        onUncertain: row.onUncertain ?? 'retry',
        expiresAt: null,
        superseded: row.superseded ?? false,
        otherUncertainAttempts: row.otherUncertain ?? 0,
        recipients: row.before.map((outcome, position) => ({ position, outcome })),
      },
      { scheduleMs: [1000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 },
      new Date(0),
      0.5,
    );
    const changed = new Map(settlement.recipients.map(({ position, outcome }) => [position, outcome]));
    expect(settlement.next).toEqual(row.then);
    expect(settlement.cancelUnstartedRetry).toBe(row.cancels);
    expect(row.before.map((outcome, position) => changed.get(position) ?? outcome)).toEqual(row.after);
    expect(settlement.attempt.outcome).toBe(row.outcome);
  });
});
