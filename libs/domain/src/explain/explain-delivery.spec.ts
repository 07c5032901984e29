import { describe, expect, it } from 'vitest';
import type { DeliveryStatus, EndReason } from '../delivery.js';
import type { ExplainedAttempt, ExplainFacts, ExplainPolicy } from './explain-facts.js';
import { explainDelivery } from './explain-delivery.js';
import type { Situation } from './explanation.js';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const POLICY: ExplainPolicy = {
  scheduleMs: [60_000, 300_000],
  troubleLimitMs: 86_400_000,
  finalReplyTimeoutMs: 600_000,
  staleAfterMs: 45_000,
  pollIntervalMs: 250,
  recoveryIntervalMs: 30_000,
};
/** Seconds from now. */
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

const attempt = (more: Partial<ExplainedAttempt> = {}): ExplainedAttempt => ({
  number: 1,
  schedule_position: more.number ?? 1,
  trouble_since: null,
  phase: null,
  status: 'scheduled',
  outcome: null,
  scheduled_at: NOW,
  claimed_at: null,
  started_at: null,
  finished_at: null,
  worker_id: null,
  smtp_reply: null,
  error: null,
  ...more,
});
const claimed = (since: number): ExplainedAttempt => attempt({ status: 'claimed', claimed_at: at(since) });
const inProgress = (since: number): ExplainedAttempt =>
  attempt({ status: 'in_progress', claimed_at: at(since), started_at: at(since), worker_id: 'worker-7' });
const ended = (more: Partial<ExplainedAttempt> = {}): ExplainedAttempt =>
  attempt({
    status: 'ended',
    outcome: 'transient_rejected',
    started_at: at(-60),
    finished_at: at(-59),
    smtp_reply: '450 4.2.1 later',
    ...more,
  });

const facts = (more: Partial<ExplainFacts> = {}): ExplainFacts => ({
  delivery_id: '019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e',
  status: 'queued',
  end_reason: null,
  priority: 'normal',
  deliver_at: null,
  expires_at: null,
  ended_at: null,
  on_uncertain: 'retry',
  superseded_by: null,
  content_purged_at: null,
  recipients: [{ outcome: 'pending' }],
  attempts: [attempt()],
  due_ahead: { count: 0, capped: false },
  ...more,
});
const end = (status: DeliveryStatus, end_reason: EndReason, more: Partial<ExplainFacts> = {}): ExplainFacts =>
  facts({ status, end_reason, ended_at: at(-5), attempts: [ended()], recipients: [{ outcome: 'abandoned' }], ...more });

const explain = (given: ExplainFacts) => explainDelivery(given, POLICY, NOW);
const action = (given: ExplainFacts, name: string) => explain(given).actions.find(({ action: known }) => known === name);

describe('a delivery that has not ended', () => {
  it.each<[string, ExplainFacts, Situation, string, string | null]>([
    [
      'whose deliver_at is to come',
      facts({ deliver_at: at(90), attempts: [attempt({ scheduled_at: at(90) })] }),
      'not_due_yet',
      'not to be sent before 2026-01-02T03:05:35.000Z, which is in 1m30s',
      at(90).toISOString(),
    ],
    [
      'whose expiry comes before its time',
      facts({ expires_at: at(30), attempts: [attempt({ scheduled_at: at(90) })] }),
      'not_due_yet',
      'not to be sent before',
      at(30).toISOString(),
    ],
    [
      'that was put off',
      facts({ attempts: [ended(), attempt({ number: 2, scheduled_at: at(42) })] }),
      'waiting_to_retry',
      'Attempt 1 ended as transient_rejected ("450 4.2.1 later"); attempt 2 of 3 is due in 42s.',
      at(42).toISOString(),
    ],
    [
      'of which one recipient has the mail',
      facts({
        recipients: [{ outcome: 'accepted' }, { outcome: 'pending' }, { outcome: 'accepted' }],
        attempts: [ended({ outcome: 'provider_accepted' }), attempt({ number: 2, scheduled_at: at(42) })],
      }),
      'waiting_to_retry',
      'Of its 3 recipients: 2 accepted, 1 pending.',
      at(42).toISOString(),
    ],
    [
      'that met trouble with the provider',
      facts({
        attempts: [
          ended({ number: 8, schedule_position: 2, outcome: 'transport_failed', smtp_reply: '535 5.7.8 no' }),
          attempt({ number: 9, schedule_position: 2, trouble_since: at(-600), scheduled_at: at(300) }),
        ],
      }),
      'waiting_to_retry',
      'not the mail\'s fault: transport_failed ("535 5.7.8 no"). Attempt 9 (try 2 of 3) is due in 5m.',
      at(300).toISOString(),
    ],
    [
      'that could not be begun',
      facts({ attempts: [attempt({ error: 'version x is not recorded', scheduled_at: at(5) })] }),
      'not_begun',
      'by a failure of ours: "version x is not recorded". It was given back, and is due in 5s.',
      at(5).toISOString(),
    ],
    ['that is due', facts({ attempts: [attempt({ scheduled_at: at(-2) })] }), 'due', 'due since 2s', at(0.25).toISOString()],
    [
      'that is due behind others',
      facts({ attempts: [attempt({ scheduled_at: at(-200) })], due_ahead: { count: 10_000, capped: true } }),
      'due',
      '10000+ due attempts of the lane normal are ahead of it',
      null,
    ],
    [
      'that nobody claims',
      facts({ attempts: [attempt({ scheduled_at: at(-60) })] }),
      'due',
      'due since 1m and not claimed yet; nothing of its lane is ahead of it. No scheduler seems to be claiming',
      null,
    ],
    ['that was claimed', facts({ attempts: [claimed(-3)] }), 'claimed', 'claimed 3s ago', at(42).toISOString()],
    ['that no worker takes', facts({ attempts: [claimed(-20)] }), 'claimed', 'No worker seems to be free', at(25).toISOString()],
    ['whose claim is stale', facts({ attempts: [claimed(-50)] }), 'claimed', 'claimed 50s ago', at(30).toISOString()],
    [
      'that is being sent',
      facts({ attempts: [inProgress(-5)] }),
      'in_progress',
      'in progress since 2026-01-02T03:04:00.000Z (5s), by the worker worker-7',
      at(40).toISOString(),
    ],
    [
      'that is superseded while it is being sent',
      facts({ superseded_by: 'X', attempts: [inProgress(-5)] }),
      'in_progress',
      'The newer delivery X supersedes it',
      at(40).toISOString(),
    ],
    [
      'whose worker was lost',
      facts({ attempts: [inProgress(-60)] }),
      'lost_in_progress',
      'worker-7, which is taken for lost',
      at(30).toISOString(),
    ],
    ['that has expired', facts({ expires_at: at(-1) }), 'past_its_expiry', 'has passed', at(0.25).toISOString()],
    [
      'that expires while it is being sent',
      facts({ expires_at: at(-1), attempts: [inProgress(-5)] }),
      'in_progress',
      'in progress',
      at(40).toISOString(),
    ],
    ['without a live attempt', facts({ attempts: [ended()] }), 'stuck', 'that must never be', null],
  ])('%s', (_, given, situation, says, next) => {
    const told = explain(given);
    expect(told).toMatchObject({ situation, ended: false, next: { at: next } });
    expect(told.summary).toContain(says);
    expect(told.waits_for).not.toBeNull();
  });

  it('says that a second copy may go out where the first is uncertain', () => {
    const given = facts({ attempts: [ended({ outcome: 'uncertain', smtp_reply: null }), attempt({ number: 2, scheduled_at: at(9) })] });
    expect(explain(given).rule).toContain('on_uncertain is retry');
  });

  it('says for how long trouble is waited out', () => {
    const given = facts({
      attempts: [ended(), attempt({ number: 2, schedule_position: 1, trouble_since: at(-600), scheduled_at: at(300) })],
    });
    expect(explain(given).rule).toContain('uses up none of MAIL_RETRY_SCHEDULE');
    expect(explain(given).rule).toContain(at(-600 + 86_400).toISOString());
  });

  it('says that a late reply is waited for', () => {
    const given = (seconds: number) =>
      facts({
        recipients: [{ outcome: 'uncertain' }],
        attempts: [
          ended({ outcome: 'uncertain', phase: 'final', smtp_reply: null, finished_at: at(0) }),
          attempt({ number: 2, scheduled_at: at(seconds) }),
        ],
      });
    expect(explain(given(600)).rule).toContain('MAIL_SMTP_FINAL_REPLY_TIMEOUT (10m)');
    expect(explain(given(60)).rule).not.toContain('MAIL_SMTP_FINAL_REPLY_TIMEOUT');
  });

  it.each<[string, ExplainFacts, string]>([
    [
      'met trouble has',
      facts({ attempts: [ended(), attempt({ number: 2, schedule_position: 1, trouble_since: at(-60), scheduled_at: at(60) })] }),
      'check_provider',
    ],
    ['nobody claims', facts({ attempts: [attempt({ scheduled_at: at(-60) })] }), 'check_scheduler'],
    ['no worker takes', facts({ attempts: [claimed(-20)] }), 'check_workers'],
    ['a lost worker has', facts({ attempts: [inProgress(-60)] }), 'check_workers'],
    ['nothing will move', facts({ attempts: [] }), 'report_defect'],
  ])('says what to look at for one that %s', (_, given, check) => {
    expect(explain(given).actions[0]).toMatchObject({ action: check, why_not: null });
  });

  it('is shown as sending while an attempt is in progress', () => {
    expect(explain(facts({ attempts: [inProgress(-5)] })).status).toBe('sending');
    expect(explain(facts()).status).toBe('queued');
  });
});

describe('a delivery that has ended', () => {
  it.each<[string, ExplainFacts, Situation, string]>([
    [
      'as sent',
      end('sent', 'provider_accepted', {
        recipients: [{ outcome: 'accepted' }],
        attempts: [ended({ outcome: 'provider_accepted', smtp_reply: '250 ok' })],
      }),
      'sent',
      'the mail server took the mail. Attempt 1, the last, was provider_accepted ("250 ok").',
    ],
    [
      'as sent to some',
      end('sent', 'provider_accepted', { recipients: [{ outcome: 'accepted' }, { outcome: 'refused' }] }),
      'sent_in_part',
      'Of its 2 recipients: 1 accepted, 1 refused.',
    ],
    ['as refused', end('failed', 'permanent_rejected'), 'refused', 'refused it for good'],
    ['as not to be made', end('failed', 'render_failed'), 'not_renderable', 'could not be made'],
    ['as a dead letter', end('dead_letter', 'retry_schedule_used_up'), 'given_up', 'used up. Attempt 1, the last, was transient_rejected'],
    [
      'as a dead letter of trouble',
      end('dead_letter', 'provider_trouble_limit_passed'),
      'given_up',
      'nothing but trouble with the provider for 24h',
    ],
    ['as held', end('uncertain', 'on_uncertain_hold'), 'held', 'nobody knows'],
    ['as uncertain, cancelled', end('uncertain', 'cancelled_by_operator'), 'perhaps_sent', '(cancelled_by_operator)'],
    ['as expired', end('expired', 'expires_at_passed', { expires_at: at(-6) }), 'expired', '2026-01-02T03:03:59.000Z, came before'],
    ['as superseded', end('superseded', 'superseded', { superseded_by: 'X' }), 'superseded', 'the newer delivery X took its place'],
    ['as cancelled', end('cancelled', 'cancelled_by_operator', { attempts: [] }), 'cancelled', 'cancelled it. No attempt was made.'],
    ['as suppressed', end('suppressed', 'stub_mode', { attempts: [] }), 'suppressed', 'MAIL_SMTP_MODE is stub'],
    [
      'with its secret wiped',
      end('sent', 'provider_accepted', { content_purged_at: at(-5), recipients: [{ outcome: 'accepted' }] }),
      'sent',
      'which was wiped',
    ],
  ])('%s', (_, given, situation, says) => {
    const told = explain(given);
    expect(told).toMatchObject({ situation, ended: true, next: null, waits_for: null });
    expect(told.summary).toContain(says);
  });

  it('tells of the last attempt that was made, not of the one that was called off', () => {
    const attempts = [ended(), attempt({ number: 2, status: 'ended', outcome: 'cancelled', finished_at: at(-5) })];
    expect(explain(end('cancelled', 'cancelled_by_operator', { attempts })).summary).toContain('Attempt 1, the last');
  });
});

it('has the facts beside the words', () => {
  const attempts = [ended(), attempt({ number: 2, scheduled_at: at(-1) })];
  const given = facts({ attempts, recipients: [{ outcome: 'accepted' }, { outcome: 'pending' }], due_ahead: { count: 7, capped: false } });
  expect(explain(given).facts).toEqual({
    attempts_made: 1,
    attempts_at_most: 3,
    last_outcome: 'transient_rejected',
    last_reply: '450 4.2.1 later',
    recipients: { accepted: 1, pending: 1 },
    due_ahead: { count: 7, capped: false },
  });
  expect(explain(facts({ attempts: [claimed(-1)] })).facts).toMatchObject({ attempts_made: 0, last_reply: null, due_ahead: null });
});

describe('what can be done', () => {
  it.each<[string, string, ExplainFacts, string | null]>([
    ['cancel', 'is there before the attempt starts', facts(), null],
    ['cancel', 'is there for what is claimed', facts({ attempts: [claimed(-1)] }), null],
    ['cancel', 'is not there while an attempt is in progress', facts({ attempts: [inProgress(-5)] }), 'in progress'],
    ['cancel', 'is not there once it has ended', end('failed', 'permanent_rejected'), 'It has ended.'],
    ['resend', 'is not there before it has ended', facts(), 'It has not ended.'],
    ['resend', 'is there once it has ended', end('dead_letter', 'retry_schedule_used_up'), null],
    ['resend', 'is not there once the content is wiped', end('sent', 'provider_accepted', { content_purged_at: at(-5) }), 'wiped'],
  ])('%s %s', (name, _, given, whyNot) => {
    const found = action(given, name);
    if (whyNot === null) expect(found?.why_not).toBeNull();
    else expect(found?.why_not).toContain(whyNot);
  });

  it('names the request, and the new expiry that a resend of what has expired needs', () => {
    const given = end('expired', 'expires_at_passed', { expires_at: at(-6) });
    expect(action(given, 'resend')?.how).toMatch(/^POST \/api\/v1\/internal\/deliveries\/019ab5c0-.*\/resend.* new expires_at/);
    expect(action(end('failed', 'permanent_rejected', { expires_at: at(60) }), 'resend')?.how).not.toContain('expires_at');
  });
});
