import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ATTEMPT_OUTCOMES, ATTEMPT_STATUSES, SMTP_PHASES } from '../attempt.js';
import { DELIVERY_STATUSES, END_REASONS, PRIORITIES, RECIPIENT_OUTCOMES } from '../delivery.js';
import { explainDelivery } from './explain-delivery.js';
import type { ExplainFacts, ExplainPolicy } from './explain-facts.js';
import { SITUATIONS } from './explanation.js';

const times = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true });
const perhaps = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const spans = fc.integer({ min: 0, max: 86_400_000 });

// Whatever the types allow, and not only what the database does.
const attempts = fc.record({
  number: fc.integer({ min: 1, max: 9 }),
  schedule_position: fc.integer({ min: 1, max: 9 }),
  trouble_since: perhaps(times),
  phase: perhaps(fc.constantFrom(...SMTP_PHASES)),
  status: fc.constantFrom(...ATTEMPT_STATUSES),
  outcome: perhaps(fc.constantFrom(...ATTEMPT_OUTCOMES)),
  scheduled_at: times,
  claimed_at: perhaps(times),
  started_at: perhaps(times),
  finished_at: perhaps(times),
  worker_id: perhaps(fc.string()),
  smtp_reply: perhaps(fc.string()),
  error: perhaps(fc.string()),
});
const facts: fc.Arbitrary<ExplainFacts> = fc.record({
  delivery_id: fc.uuid(),
  status: fc.constantFrom(...DELIVERY_STATUSES),
  end_reason: perhaps(fc.constantFrom(...END_REASONS)),
  priority: fc.constantFrom(...PRIORITIES),
  deliver_at: perhaps(times),
  expires_at: perhaps(times),
  ended_at: perhaps(times),
  on_uncertain: fc.constantFrom('retry' as const, 'hold' as const),
  superseded_by: perhaps(fc.uuid()),
  content_purged_at: perhaps(times),
  recipients: fc.array(fc.record({ outcome: fc.constantFrom(...RECIPIENT_OUTCOMES) }), { maxLength: 4 }),
  attempts: fc.array(attempts, { maxLength: 4 }),
  due_ahead: fc.record({ count: fc.nat(10_000), capped: fc.boolean() }),
});
const policies: fc.Arbitrary<ExplainPolicy> = fc.record({
  scheduleMs: fc.array(spans, { maxLength: 6 }),
  troubleLimitMs: spans,
  finalReplyTimeoutMs: spans,
  staleAfterMs: spans,
  pollIntervalMs: spans,
  recoveryIntervalMs: spans,
});

it('an explanation never fails, and names a next step or says that it has ended', () => {
  fc.assert(
    fc.property(facts, policies, times, (given, policy, now) => {
      const told = explainDelivery(given, policy, now);
      expect(SITUATIONS).toContain(told.situation);
      expect(told.ended).toBe(given.status !== 'queued');
      expect(told.next === null).toBe(told.ended);
      for (const text of [told.summary, told.rule, ...told.actions.map(({ how }) => how)]) expect(text).toMatch(/\S/);
      for (const name of ['cancel', 'resend']) expect(told.actions.map(({ action }) => action)).toContain(name);
    }),
  );
});

it('what cannot be done is never both cancelled and sent again', () => {
  fc.assert(
    fc.property(facts, policies, times, (given, policy, now) => {
      const open = explainDelivery(given, policy, now).actions.filter(
        ({ action, why_not }) => why_not === null && ['cancel', 'resend'].includes(action),
      );
      expect(open.length).toBeLessThanOrEqual(1);
    }),
  );
});
