import type * as Domain from '@mail/domain';
import { deliveryCommandJsonSchema, parseDeliveryRequest, parseLoginCodeRequest, PROBLEMS } from '@mail/domain';
import { expect, expectTypeOf, it } from 'vitest';
import type { DeliveryCommand, DeliveryRequest, LoginCodeRequest, RenderedContent, TemplateContent } from './delivery-command.js';
import type { ExplainedAction, Explanation, Situation } from './explanation.js';
import type { MailProblemCode } from './mail-problem.js';
import type * as Words from './vocabulary.js';

// The client has types of its own, since it is published without the domain: here they are held to it, by the compiler.

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;

it('the words are those of the domain', () => {
  expectTypeOf<Words.Priority>().toEqualTypeOf<Domain.Priority>();
  expectTypeOf<Words.OnUncertain>().toEqualTypeOf<Domain.OnUncertain>();
  expectTypeOf<Words.DeliveryStatus>().toEqualTypeOf<Domain.DeliveryStatus>();
  expectTypeOf<Words.ShownStatus>().toEqualTypeOf<Domain.ShownStatus>();
  expectTypeOf<Words.EndReason>().toEqualTypeOf<Domain.EndReason>();
  expectTypeOf<Words.RecipientKind>().toEqualTypeOf<Domain.RecipientKind>();
  expectTypeOf<Words.RecipientOutcome>().toEqualTypeOf<Domain.RecipientOutcome>();
  expectTypeOf<Words.AttemptStatus>().toEqualTypeOf<Domain.AttemptStatus>();
  expectTypeOf<Words.AttemptOutcome>().toEqualTypeOf<Domain.AttemptOutcome>();
  expectTypeOf<Words.SmtpPhase>().toEqualTypeOf<Domain.SmtpPhase>();
  expectTypeOf<Words.AcceptanceOutcome>().toEqualTypeOf<Domain.RememberedKey['outcome']>();
  expectTypeOf<Situation>().toEqualTypeOf<Domain.Situation>();
  expectTypeOf<ExplainedAction>().toEqualTypeOf<Domain.ExplainedAction>();
  expectTypeOf<Omit<Explanation, 'explained_at' | 'resend_of' | 'resent_as'>>().toExtend<Domain.Explanation>();
  expectTypeOf<Domain.Explanation>().toExtend<Omit<Explanation, 'explained_at' | 'resend_of' | 'resent_as'>>();
});

it('the problem codes are those of the domain, and three of HTTP', () => {
  expectTypeOf<Domain.ProblemCode>().toExtend<MailProblemCode>();
  const codes: readonly Exclude<MailProblemCode, Domain.ProblemCode>[] = ['bad_request', 'internal_error', 'unexpected_answer'];
  expect(codes.filter((code) => code in PROBLEMS)).toEqual([]);
});

const rendered: Required<RenderedContent> = { mode: 'rendered', subject: 's', text: 't', html: '<p>h</p>' };
const template: Required<TemplateContent> = { mode: 'template', template_id: 'a.b', locale: 'de-AT', variables: { a: 1 } };
const whole: Required<DeliveryCommand> = {
  to: ['a@example.com'],
  cc: ['b@example.com'],
  bcc: ['c@example.com'],
  reply_to: ['d@example.com'],
  content: rendered,
  attachments: [{ filename: 'a.txt', content_type: 'text/plain', content_base64: 'YQ==' }],
  headers: { 'X-Campaign': 'spring' },
  tags: { tenant: 't' },
  priority: 'bulk',
  deliver_at: '2999-01-01T00:00:00Z',
  expires_at: '2999-01-02T00:00:00Z',
  supersede_key: 'k',
  on_uncertain: 'hold',
};
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

it('a command has the properties of the published schema, and no others', () => {
  expect(Object.keys(whole)).toEqual(Object.keys(deliveryCommandJsonSchema()['properties'] as object));
  expectTypeOf<keyof DeliveryCommand>().toEqualTypeOf<keyof Omit<Domain.DeliveryCommand, 'expires_in_ms'>>();
  // What the service makes of a command is one as well.
  expectTypeOf<Omit<Domain.DeliveryCommand, 'expires_in_ms'>>().toExtend<Mutable<DeliveryCommand>>();
});

it.each([
  ['all it can have', { source: 'shop', ...whole }],
  ['a template', { source: 'shop', ...whole, content: template }],
  ['what it must have', { source: 'shop', to: ['a@example.com'], content: { mode: 'rendered', subject: 's', text: 't' } }],
] satisfies [string, DeliveryRequest][])('a request with %s is one to the service', (_, request) => {
  expect(parseDeliveryRequest(bytes(request), 1_000_000)).toMatchObject({ ok: true });
});

it('a login code is one to the service', () => {
  const request: Required<LoginCodeRequest> = { email: 'a@example.com', code: '1', locale: 'en', expires_at: null };
  expect(parseLoginCodeRequest(bytes(request), 1000)).toMatchObject({ ok: true });
  expectTypeOf<keyof LoginCodeRequest>().toEqualTypeOf<keyof Domain.LoginCodeRequest>();
});
