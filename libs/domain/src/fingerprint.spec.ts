import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import type { DeliveryCommand } from './delivery-command.js';
import { fingerprint, secretHash } from './fingerprint.js';
import { loginCodeCommand } from './login-code-command.js';
import { parseDeliveryCommand } from './parse-command.js';

const SALT = Buffer.alloc(16, 7);
const OTHER_SALT = Buffer.alloc(16, 8);

function command(json: object): DeliveryCommand {
  const parsed = parseDeliveryCommand(
    Buffer.from(JSON.stringify({ to: ['a@x.de'], content: { mode: 'rendered', subject: 's', text: 't' }, ...json })),
    1_000_000,
  );
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.command;
}

const template = (variables: object): DeliveryCommand =>
  command({ content: { mode: 'template', template_id: 'auth.login_code', variables } });
const attached = (content_base64: string): DeliveryCommand =>
  command({ attachments: [{ filename: 'a', content_type: 'text/plain', content_base64 }] });

describe('the same command in another spelling has the same fingerprint', () => {
  test.each<[string, DeliveryCommand, DeliveryCommand]>([
    ['defaults made explicit', command({}), command({ cc: [], priority: 'normal', deliver_at: null, headers: {} })],
    ['another order of properties', command({ tags: { a: '1', b: '2' } }), command({ tags: { b: '2', a: '1' } })],
    ['another zone', command({ deliver_at: '2026-01-01T00:00:00Z' }), command({ deliver_at: '2026-01-01T01:00:00.000+01:00' })],
    ['a repeated recipient', command({}), command({ cc: ['a@X.de'] })],
    [
      'another number format',
      template({ n: 100 }),
      command(JSON.parse('{"content":{"variables":{"n":1e2},"template_id":"auth.login_code","mode":"template"}}') as object),
    ],
  ])('%s', (_, a, b) => {
    expect(fingerprint(a, []).equals(fingerprint(b, []))).toBe(true);
  });
});

describe('another command has another fingerprint', () => {
  test.each<[string, object]>([
    ['recipient', { to: ['b@x.de'] }],
    ['kind of recipient', { to: ['b@x.de'], cc: ['a@x.de'] }],
    ['order of recipients', { to: ['c@x.de', 'b@x.de'] }],
    ['body', { content: { mode: 'rendered', subject: 's', text: 'u' } }],
    ['body kind', { content: { mode: 'rendered', subject: 's', html: 't' } }],
    ['header', { headers: { 'X-A': '1' } }],
    ['tag', { tags: { a: '1' } }],
    ['priority', { priority: 'high' }],
    ['expiry', { expires_at: '2026-01-01T00:00:00Z' }],
    ['supersede key', { supersede_key: 'k' }],
    ['on_uncertain', { on_uncertain: 'retry' }],
    ['attachment', { attachments: [{ filename: 'a', content_type: 'text/plain', content_base64: '' }] }],
  ])('%s', (_, json) => {
    expect(fingerprint(command(json), []).equals(fingerprint(command({}), []))).toBe(false);
  });

  it('attachment content', () => {
    expect(fingerprint(attached('aGk='), []).equals(fingerprint(attached('aG8='), []))).toBe(false);
  });
});

it('a fingerprint does not change from build to build', () => {
  const text =
    '{"attachments":[],"bcc":[],"cc":[],"content":{"html":null,"mode":"rendered","subject":"s","text":"t"},"deliver_at":null,"expires_at":null,' +
    '"headers":{},"on_uncertain":null,"priority":"normal","reply_to":[],"supersede_key":null,"tags":{},"to":["a@x.de"]}';
  expect(fingerprint(command({}), [])).toEqual(createHash('sha256').update(text).digest());
});

it('secret variables are not in the fingerprint, and all others are', () => {
  const of = (variables: object): string => fingerprint(template(variables), ['code']).toString('hex');
  expect(of({ code: '111111', name: 'A' })).toBe(of({ code: '222222', name: 'A' }));
  expect(of({ code: '111111', name: 'A' })).not.toBe(of({ code: '111111', name: 'B' }));
});

it('the secret hash tells secrets apart, by the salt of its row', () => {
  const hash = secretHash(SALT, template({ code: '111111' }), ['code']);
  expect(hash).toHaveLength(32);
  expect(secretHash(SALT, template({ name: 'A', code: '111111' }), ['code'])).toEqual(hash);
  expect(secretHash(SALT, template({ code: '111112' }), ['code'])).not.toEqual(hash);
  expect(secretHash(OTHER_SALT, template({ code: '111111' }), ['code'])).not.toEqual(hash);
});

it('without secrets there is no secret hash', () => {
  expect(secretHash(SALT, template({ name: 'A' }), ['code'])).toBeNull();
  expect(secretHash(SALT, command({}), ['code'])).toBeNull();
});

it('a login code asked for again has the same fingerprint, whenever', () => {
  const request = { email: 'a@x.de', code: '123456', locale: 'de', expires_at: null };
  const { source, command: asked } = loginCodeCommand(request);
  expect(source).toBe('auth');
  expect(asked).toMatchObject({ priority: 'high', supersede_key: 'a@x.de', expires_at: null, expires_in_ms: 900_000 });
  expect(fingerprint(asked, ['code'])).toEqual(fingerprint(loginCodeCommand(request).command, ['code']));
});

it('a login code with an expiry has no lifetime of its own beside it', () => {
  const { command: asked } = loginCodeCommand({ email: 'a@x.de', code: '1', locale: 'de', expires_at: '2026-01-01T00:00:00.000Z' });
  expect(asked.expires_at).toBe('2026-01-01T00:00:00.000Z');
  expect(asked).not.toHaveProperty('expires_in_ms');
});
