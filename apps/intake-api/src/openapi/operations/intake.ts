import { deliveryRequestSchema, loginCodeRequestSchema } from '@mail/domain';
import { acceptanceAnswer } from '../answers/acceptance.js';
import { EXAMPLE_ACCEPTANCE, oneFault, problem } from '../examples.js';
import { named } from '../named-schemas.js';
import type { Operation } from '../operation.js';

const accepted = {
  status: 202,
  description: 'Accepted, and durable; or accepted before, under the same key (`Idempotency-Replayed: true`).',
  schema: acceptanceAnswer,
} as const;
const answer = { status: 202, body: EXAMPLE_ACCEPTANCE };
const headers = ['Location', 'Idempotency-Replayed'] as const;

export const intake: readonly Operation[] = [
  {
    operationId: 'acceptDelivery',
    method: 'post',
    path: '/deliveries',
    tag: 'Intake',
    summary: 'Accept a delivery command',
    description: 'One mail to one set of recipients. After a `503` or a lost connection the same key finds out what became of it.',
    idempotent: true,
    body: { schema: named('DeliveryRequest', deliveryRequestSchema), required: true },
    answer: accepted,
    answerHeaders: headers,
    from: 'accepted',
    problems: ['unknown_template', 'missing_variable'],
    examples: {
      rendered: {
        summary: 'A mail as the caller wrote it',
        body: { source: 'shop', to: ['ada@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'It works.' } },
        answer,
      },
      template: {
        summary: 'A mail made from a template, with all that a command can have',
        body: {
          source: 'shop',
          to: ['ada@example.com', 'grace@münchen.example'],
          cc: ['board@example.com'],
          bcc: ['archive@example.com'],
          reply_to: ['support@example.com'],
          content: {
            mode: 'template',
            template_id: 'notification.generic',
            locale: 'de-AT',
            variables: { title: 'Your export is ready', body: 'It has 12 files.\n\nIt stays for seven days.' },
          },
          attachments: [{ filename: 'export.csv', content_type: 'text/csv; charset=utf-8', content_base64: 'YSxiCg==' }],
          headers: { 'X-Campaign': 'exports' },
          tags: { tenant: 'acme' },
          priority: 'bulk',
          deliver_at: '2036-01-02T03:04:05Z',
          expires_at: '2036-01-03T03:04:05+01:00',
          supersede_key: 'export-42',
          on_uncertain: 'hold',
        },
        answer,
      },
      past_its_expiry: {
        summary: 'A command that comes too late: accepted, and ended at once',
        body: {
          source: 'shop',
          to: ['ada@example.com'],
          content: { mode: 'rendered', subject: 'Only today', text: 'Yesterday.' },
          expires_at: '2026-01-02T03:04:05Z',
        },
        answer: { status: 202, body: { ...EXAMPLE_ACCEPTANCE, outcome: 'expired' } },
      },
      no_address: {
        summary: 'A recipient that is none',
        body: { source: 'shop', to: ['ada'], content: { mode: 'rendered', subject: 'Hello', text: 'It works.' } },
        answer: oneFault('/to/0', 'must be an address of the form local-part@domain'),
      },
      no_such_template: {
        summary: 'A template that is not in the catalog',
        body: { source: 'shop', to: ['ada@example.com'], content: { mode: 'template', template_id: 'shop.unheard_of' } },
        answer: problem('unknown_template', 'There is no template of this name in the catalog.', [
          { pointer: '/content/template_id', detail: 'is not in the catalog' },
        ]),
      },
      no_variable: {
        summary: 'A template without a variable that it needs',
        body: {
          source: 'shop',
          to: ['ada@example.com'],
          content: { mode: 'template', template_id: 'notification.generic', variables: { title: 'Hello' } },
        },
        answer: problem('missing_variable', 'one fault at "/content/variables/body": is required', [
          { pointer: '/content/variables/body', detail: 'is required' },
        ]),
      },
    },
  },
  {
    operationId: 'acceptLoginCode',
    method: 'post',
    path: '/login-code-deliveries',
    tag: 'Intake',
    summary: 'Accept a login code',
    description:
      'A delivery of source `auth`, template `auth.login_code`, priority `high`, with the address as its `supersede_key`. ' +
      'Where `MAIL_SMTP_MODE` is `stub`, its outcome is `suppressed`, and no code is stored.',
    idempotent: true,
    body: { schema: named('LoginCodeRequest', loginCodeRequestSchema), required: true },
    answer: accepted,
    answerHeaders: headers,
    from: 'accepted',
    problems: ['unknown_template', 'missing_variable'],
    examples: {
      login_code: {
        summary: 'A code for the next 15 minutes',
        body: { email: 'ada@example.com', code: '481516', locale: 'de-AT' },
        answer,
      },
      until: {
        summary: 'A code with an expiry of its own',
        body: { email: 'ada@example.com', code: '481516', locale: 'en', expires_at: '2036-01-02T03:19:05Z' },
        answer,
      },
      without_locale: {
        summary: 'No language is guessed',
        body: { email: 'ada@example.com', code: '481516' },
        answer: oneFault('/locale', 'is required'),
      },
    },
  },
];
