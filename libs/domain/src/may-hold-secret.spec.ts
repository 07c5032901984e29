import { describe, expect, it, test } from 'vitest';
import { mayHoldSecret } from './may-hold-secret.js';
import { parseDeliveryCommand } from './parse-command.js';

const TEMPLATES = [
  { templateId: 'auth.login_code', secretNames: ['code'] },
  { templateId: 'game.turn_ready', secretNames: [] },
];
const content = (template_id: string, variables: object = { turn: 3 }) => ({ mode: 'template', template_id, variables });
const RENDERED = { mode: 'rendered', subject: 'Hello', text: 'The template of variables, and its code.' };

const unread = (text: string | Buffer, source: string | null = 'shop'): boolean =>
  mayHoldSecret({ source, command: null, raw: Buffer.from(text) }, TEMPLATES);
const unreadJson = (value: unknown): boolean => unread(JSON.stringify(value));
const read = (given: object, source = 'shop'): boolean => {
  const raw = Buffer.from(JSON.stringify({ to: ['a@x.example'], content: given }));
  const parsed = parseDeliveryCommand(raw, 1_000_000);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return mayHoldSecret({ source, command: parsed.command, raw }, TEMPLATES);
};

describe('a refused command that could be read holds a secret', () => {
  test.each([
    ['of a template with secrets', content('auth.login_code'), true],
    ['of an unknown template', content('auth.new_code'), true],
    ['not of a template without secrets', content('game.turn_ready', { code: '4815' }), false],
    ['not as rendered content', RENDERED, false],
  ])('%s', (_, given, secret) => {
    expect(read(given)).toBe(secret);
  });

  it('whatever it is, where its source is auth', () => {
    expect(read(content('game.turn_ready'), 'auth')).toBe(true);
    expect(unread('', 'auth')).toBe(true);
  });
});

describe('of one that could not be read the bytes tell: it may hold a secret', () => {
  const code = { code: '4815' };
  test.each([
    ['a template with secrets', unreadJson({ to: [], content: content('auth.login_code', code) })],
    ['its id anywhere', unread('auth.login_code 4815')],
    ['an unknown template', unreadJson({ to: [], content: content('auth.new_code', { pin: '4815' }) })],
    ['one of several that is unknown', unreadJson([content('game.turn_ready'), content('auth.new_code')])],
    ['a template that is not named', unreadJson({ to: [], content: { mode: 'template', variables: { pin: '4815' } } })],
    ['another spelling', unreadJson({ to: [], content: { templateId: 'auth.new_code', data: { pin: '4815' } } })],
    ['more than a known one', unread(String.raw`{"content":{"template_id":"game.turn_ready\r\n"}}`)],
    ['what is no string for an id', unreadJson({ content: { mode: 'template', template_id: 7 } })],
    ['variables without a template', unreadJson({ to: [], variables: { pin: '4815' } })],
    ['the body of a login code', unreadJson({ email: 'a@x.example', code: '4815', locale: 'en' })],
    ['names without quotes', unread(`{email: "a@x.example", code: "4815"}`)],
    ['YAML', unread('email: a@x.example\ncode: 4815')],
    ['a form', unread('email=a%40x.example&code=4815')],
    ['percent-encoded JSON', unread(encodeURIComponent('{"email":"a@x.example","code":"4815"}'))],
    ['XML', unread('<email>a@x.example</email><code>4815</code>')],
    ['JSON in JSON', unreadJson(JSON.stringify({ content: { templateId: 'auth.new_code', pin: '4815' } }))],
    ['Python', unread(`{'content': {'mode': 'template', 'template_id': 'auth.new_code', 'pin': 4815}}`)],
    ['JSON that is cut', unread(`{"content":{"mode":"template","variables":{"pin":"4815`)],
    ['UTF-16', unread(Buffer.from(JSON.stringify({ content: content('auth.new_code') }), 'utf16le'))],
    ['letters that are escaped', unread(String.raw`{"content":{"templ\u0061te_id":"auth.new_code","pin":"4815"}}`)],
    ['past its first megabyte', unreadJson({ to: ['a'.repeat(1 << 20)], content: content('auth.new_code') })],
    ['across two steps', unreadJson({ to: ['a'.repeat((1 << 20) - 40)], content: content('auth.new_code') })],
  ])('%s', (_, secret) => {
    expect(secret).toBe(true);
  });
});

it('hostile bytes are searched in a time that grows with their number alone', () => {
  const lots = 1 << 20;
  const startedAtMs = performance.now();
  for (const text of [
    '"template_id":' + '\\'.repeat(lots),
    '"code' + '\\'.repeat(lots),
    'template_id'.repeat(lots / 11),
    '"template_id" ' + ' '.repeat(lots),
  ])
    unread(text);
  expect(performance.now() - startedAtMs).toBeLessThan(5000);
});

describe('of one that could not be read nothing tells of a secret', () => {
  test.each([
    ['nothing', unread('')],
    ['what is no JSON', unread('{not json')],
    ['bytes that are no text', unread(Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]))],
    ['an empty command', unread('{}')],
    ['rendered content', unreadJson({ too: [], content: RENDERED })],
    ['rendered content with escapes', unread(String.raw`{"content":{"mode":"rendered","text":"Gr\u00fc\u00dfe \u003cb\u003e \u0026"},}`)],
    ['rendered content with letters that are escaped', unread(String.raw`{"\u0074o":[],"content":{"mode":"rendered","text":"\u0041"},}`)],
    ['a template without secrets, in JSON in JSON', unreadJson(JSON.stringify({ content: content('game.turn_ready') }))],
    ['a template without secrets', unreadJson({ too: [], content: content('game.turn_ready') })],
  ])('%s', (_, secret) => {
    expect(secret).toBe(false);
  });
});
