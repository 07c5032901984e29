import type { ContentAnswer } from '../answers/acceptance.js';
import type { ExplanationAnswer } from '../answers/explanation.js';
import { EXAMPLE_IDS } from '../examples.js';

const HERE = `/api/v1/internal/deliveries/${EXAMPLE_IDS.queued}`;

export const EXAMPLE_EXPLANATION: ExplanationAnswer = {
  delivery_id: EXAMPLE_IDS.queued,
  status: 'queued',
  ended: false,
  situation: 'waiting_to_retry',
  summary: 'Attempt 1 ended as transient_rejected ("450 4.2.1 later"); attempt 2 of 6 is due in 42s.',
  waits_for: 'its time, 2026-01-02T03:05:07.000Z',
  rule: 'MAIL_RETRY_SCHEDULE (1m ± 20 % before attempt 2), for the recipients still open.',
  next: { what: 'The scheduler claims attempt 2, and a worker sends it.', at: '2026-01-02T03:05:07.000Z' },
  actions: [
    { action: 'cancel', how: `POST ${HERE}/cancel`, why_not: null },
    { action: 'resend', how: `POST ${HERE}/resend, with an Idempotency-Key`, why_not: 'It has not ended.' },
  ],
  facts: {
    attempts_made: 1,
    attempts_at_most: 6,
    last_outcome: 'transient_rejected',
    last_reply: '450 4.2.1 later',
    recipients: { pending: 1 },
    due_ahead: null,
  },
  explained_at: '2026-01-02T03:04:25.000Z',
  resend_of: null,
  resent_as: [],
};

export const EXAMPLE_CONTENT: ContentAnswer = {
  delivery_id: EXAMPLE_IDS.sent,
  template_id: null,
  locale: null,
  template_hash: null,
  message_id: `<${EXAMPLE_IDS.sent}@galaxy.example>`,
  date: '2026-01-02T03:04:05.000Z',
  from: { email: 'mail@galaxy.example', name: 'Galaxy' },
  to: ['ada@example.com'],
  cc: [],
  bcc: [],
  reply_to: [],
  headers: {},
  subject: 'Hello',
  text: 'It works.',
  html: null,
  masked: [],
  error: null,
  attachments: [{ filename: 'export.csv', content_type: 'text/csv; charset=utf-8', bytes: 4 }],
  content_purged_at: null,
};
