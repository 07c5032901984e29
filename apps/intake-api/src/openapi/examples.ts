import { PROBLEMS, validationFailed, type Fault, type ProblemCode } from '@mail/domain';
import type { AcceptanceAnswer } from './answers/acceptance.js';
import type { AttemptAnswer, DeliveryAnswer } from './answers/delivery.js';
import type { ProblemAnswer } from './answers/problem.js';

/** The ids that examples speak of. */
export const EXAMPLE_IDS = {
  sent: '019ab5c0-6f0e-7c3a-9d55-0a3f6b1f2c7e',
  queued: '019ab5c1-1c44-7d21-8a0b-64f2be1a9d10',
  fresh: '019ab5c3-20aa-7b52-93c4-7f10d2a6e8b1',
  attempt: '019ab5c0-6f0e-7f21-8a44-5d1f0c9e7b36',
  malformed: '019ab5c2-4be0-7a13-b6f1-2c9d83e05a47',
  incident: '019ab5c4-0d19-7e63-8f77-51c0a9b2d3e4',
  action: '019ab5c5-9e2d-7c08-a1b5-8d46f3e7c290',
  plan: '019ab5c6-2f0e-7c3a-9d55-0a3f6b1f2c7e',
  nobody: '01890000-0000-7000-8000-000000000000',
} as const;

export const EXAMPLE_STREAM = 'mail:delivery_commands';
export const EXAMPLE_HASH = `sha256:${'9b'.repeat(32)}`;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

export const EXAMPLE_ATTEMPT: AttemptAnswer = {
  attempt_id: EXAMPLE_IDS.attempt,
  number: 1,
  status: 'ended',
  outcome: 'provider_accepted',
  scheduled_at: '2026-01-02T03:04:05.000Z',
  claimed_at: '2026-01-02T03:04:05.009Z',
  started_at: '2026-01-02T03:04:05.013Z',
  finished_at: '2026-01-02T03:04:05.041Z',
  worker_id: 'worker-0:17:5f3a9c01',
  phase: 'final',
  smtp_code: 250,
  enhanced_code: '2.0.0',
  smtp_reply: '250 2.0.0 Ok: queued as 4XyZ',
  error: null,
};

export const EXAMPLE_DELIVERY: DeliveryAnswer = {
  delivery_id: EXAMPLE_IDS.sent,
  source: 'shop',
  idempotency_key: 'welcome-42',
  status: 'sent',
  end_reason: 'provider_accepted',
  priority: 'normal',
  template_id: null,
  locale: null,
  template_hash: null,
  tags: { tenant: 'acme' },
  message_id: `<${EXAMPLE_IDS.sent}@galaxy.example>`,
  on_uncertain: 'retry',
  created_at: '2026-01-02T03:04:05.000Z',
  deliver_at: null,
  expires_at: null,
  next_attempt_at: null,
  ended_at: '2026-01-02T03:04:05.041Z',
  resend_of: null,
  superseded_by: null,
  recipients: [
    {
      address: 'ada@example.com',
      kind: 'to',
      outcome: 'accepted',
      smtp_code: 250,
      enhanced_code: '2.0.0',
      smtp_reply: '250 2.0.0 Ok: queued as 4XyZ',
    },
  ],
  attempts: [EXAMPLE_ATTEMPT],
};

export const EXAMPLE_ACCEPTANCE: AcceptanceAnswer = { delivery_id: EXAMPLE_IDS.fresh, outcome: 'queued' };

/** An answer that says no. */
export function problem(code: ProblemCode, detail: string, errors: readonly Fault[] = []): { status: number; body: ProblemAnswer } {
  const { status, title } = PROBLEMS[code];
  const body = { type: `urn:mail-service:problem:${code}`, title, status, detail, code, trace_id: TRACE_ID };
  return { status, body: errors.length === 0 ? body : { ...body, errors: [...errors] } };
}

/** `validation_failed` for one fault. */
export function oneFault(pointer: string, detail: string): { status: number; body: ProblemAnswer } {
  const { code, detail: words, faults } = validationFailed([{ pointer, detail }]);
  return problem(code, words, faults);
}
