import type { RecipientOutcome } from '../delivery.js';
import { explainActions } from './explain-actions.js';
import { explainEnded } from './explain-ended.js';
import type { ExplainFacts, ExplainPolicy } from './explain-facts.js';
import { explainQueued } from './explain-queued.js';
import type { Explanation } from './explanation.js';

/**
 * Why a delivery is where it is, what it waits for, which rule decided, what happens next and what can be done about it.
 * `now` is the clock of the database that the facts are from. Pure: the one place where these words are made.
 */
export function explainDelivery(facts: ExplainFacts, policy: ExplainPolicy, now: Date): Explanation {
  const { status } = facts;
  const { check, ...told } = status === 'queued' ? explainQueued(facts, policy, now) : explainEnded(facts, policy, status);
  const sending = status === 'queued' && facts.attempts.some((attempt) => attempt.status === 'in_progress');
  return {
    delivery_id: facts.delivery_id,
    status: sending ? 'sending' : status,
    ended: status !== 'queued',
    ...told,
    actions: explainActions(facts, check, now),
    facts: {
      ...countsOf(facts),
      attempts_at_most: policy.scheduleMs.length + 1,
      due_ahead: told.situation === 'due' ? facts.due_ahead : null,
    },
  };
}

function countsOf({ attempts, recipients }: ExplainFacts) {
  const made = attempts.filter(({ started_at }) => started_at !== null);
  const last = made.findLast(({ status }) => status === 'ended');
  const counts: Partial<Record<RecipientOutcome, number>> = {};
  for (const { outcome } of recipients) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return {
    recipients: counts,
    attempts_made: made.length,
    last_outcome: last?.outcome ?? null,
    last_reply: last?.smtp_reply ?? last?.error ?? null,
  };
}
