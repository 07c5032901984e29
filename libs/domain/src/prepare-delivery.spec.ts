import { describe, expect, it, test } from 'vitest';
import type { DeliveryCommand } from './delivery-command.js';
import type { NewDelivery } from './new-delivery.js';
import { parseDeliveryCommand } from './parse-command.js';
import {
  isSameCommand,
  messageId,
  prepareDelivery,
  type AcceptanceTerms,
  type KnownTemplate,
  type PreparedDelivery,
} from './prepare-delivery.js';
import type { Refusal } from './problem.js';
import { deriveSecretKey, openSecrets, type SecretKeys } from './sealed-secrets.js';

const missing: Refusal = {
  code: 'missing_variable',
  detail: 'one is missing',
  faults: [{ pointer: '/content/variables/code', detail: 'is missing' }],
};

const LOGIN_CODE: KnownTemplate = {
  templateHash: 'hash-1',
  onUncertain: 'hold',
  secretNames: ['code'],
  resolveLocale: (requested) => (requested === 'de-AT' ? 'de' : 'en'),
  checkVariables: (variables) => ('code' in variables ? { ok: true } : { ok: false, refusal: missing }),
};

const terms = (mode: 'stub' | 'smtp' = 'smtp', secretKeys: SecretKeys = []): AcceptanceTerms => ({
  mode,
  secretKeys,
  from: { email: 'robot@mail.example', name: 'Robot' },
  templates: { get: (id) => (id === 'auth.login_code' ? LOGIN_CODE : undefined) },
});

const IDS = {
  deliveryId: '019b7a5e-0000-7000-8000-000000000001',
  attemptId: '019b7a5e-0000-7000-8000-000000000002',
  salt: Buffer.alloc(16, 7),
};

function command(json: object = {}): DeliveryCommand {
  const rendered = { to: ['a@x.de'], content: { mode: 'rendered', subject: 's', text: 't' } };
  const parsed = parseDeliveryCommand(Buffer.from(JSON.stringify({ ...rendered, ...json })), 1_000_000);
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.command;
}

const loginCode = (variables: object = { code: '123456', name: 'Ada' }, more: object = {}): DeliveryCommand =>
  command({ content: { mode: 'template', template_id: 'auth.login_code', locale: 'de-AT', variables }, ...more });

const KEY = deriveSecretKey(Buffer.alloc(32, 'an old key'));
const NEWER = deriveSecretKey(Buffer.alloc(32, 'a new key'));

interface As {
  readonly source?: string;
  readonly mode?: 'stub' | 'smtp';
  readonly keys?: SecretKeys;
}

const prepare = (given: DeliveryCommand, { source = 'shop', mode = 'smtp', keys = [] }: As = {}): PreparedDelivery =>
  prepareDelivery({ source, idempotencyKey: 'k', command: given, traceparent: '00-a', tracestate: 'b=c' }, terms(mode, keys), IDS);

const delivery = (...given: Parameters<typeof prepare>): NewDelivery => {
  const prepared = prepare(...given);
  if (!prepared.ok) throw new Error(prepared.refusal.detail);
  return prepared.delivery;
};

describe('a command is refused before anything is stored', () => {
  it('for a template that the catalog does not have', () => {
    expect(prepare(command({ content: { mode: 'template', template_id: 'none', variables: {} } }))).toMatchObject({
      ok: false,
      refusal: { code: 'unknown_template', faults: [{ pointer: '/content/template_id' }] },
    });
  });

  it('for variables that its template cannot do with, in the words of the template', () => {
    expect(prepare(loginCode({ name: 'Ada' }))).toEqual({ ok: false, refusal: missing });
  });

  it('for content of source auth that is no template, whose code could not be wiped', () => {
    for (const mode of ['stub', 'smtp'] as const) {
      expect(prepare(command(), { source: 'auth', mode })).toMatchObject({
        ok: false,
        refusal: { code: 'validation_failed', faults: [{ pointer: '/content/mode' }] },
      });
    }
  });
});

describe('in stub mode a delivery of source auth is suppressed, and no secret is stored', () => {
  it('neither the variable nor its hash', () => {
    const suppressed = delivery(loginCode(), { source: 'auth', mode: 'stub' });
    expect(suppressed).toMatchObject({ suppressed: true, secretSalt: null, secretHash: null });
    expect(JSON.stringify(suppressed.content)).not.toContain('123456');
  });

  test.each([
    ['auth', 'stub', true],
    ['auth', 'smtp', false],
    ['shop', 'stub', false],
    ['shop', 'smtp', false],
  ] as const)('source %s in %s: %s', (source, mode, yes) => {
    expect(delivery(loginCode(), { source, mode }).suppressed).toBe(yes);
  });
});

describe('secret variables are kept apart, so that they can be wiped', () => {
  it('from the content, under a hash with a salt of its own', () => {
    const { content, secretVariables, secretSalt, secretHash, secretNames } = delivery(loginCode());
    expect(content.body).toEqual({ mode: 'template', variables: { name: 'Ada' } });
    expect(secretVariables).toEqual({ code: '123456' });
    expect(secretNames).toEqual(['code']);
    expect(secretSalt).toEqual(IDS.salt);
    expect(secretHash).toHaveLength(32);
  });

  it('and a mail without any has neither hash nor salt', () => {
    const none = { secretNames: [], secretVariables: null, secretSalt: null, secretHash: null, secretMac: null };
    expect(delivery(command())).toMatchObject(none);
    expect(delivery(command(), { keys: [KEY] })).toMatchObject(none);
  });

  it('sealed where there is a key, and without the salt and hash that a short code is guessed from', () => {
    for (const [keys, sealedBy] of [
      [[KEY], KEY],
      [[NEWER, KEY], NEWER],
    ] as const) {
      const { secretVariables, secretSalt, secretHash, secretMac } = delivery(loginCode(), { keys });
      expect([secretSalt, secretHash]).toEqual([null, null]);
      expect(secretMac).toHaveLength(40);
      expect(JSON.stringify(secretVariables)).not.toContain('123456');
      expect(openSecrets([sealedBy], IDS.deliveryId, secretVariables ?? {})).toEqual({ ok: true, variables: { code: '123456' } });
    }
  });
});

describe('acceptance fixes what every attempt is made of', () => {
  it('locale and version of the template', () => {
    expect(delivery(loginCode())).toMatchObject({ templateId: 'auth.login_code', locale: 'de', templateHash: 'hash-1' });
    expect(delivery(command())).toMatchObject({ templateId: null, locale: null, templateHash: null });
  });

  it('sender, and a Message-ID from the id of the delivery and the domain of the sender', () => {
    expect(delivery(command())).toMatchObject({
      from: { email: 'robot@mail.example', name: 'Robot' },
      messageId: '<019b7a5e-0000-7000-8000-000000000001@mail.example>',
    });
    expect(messageId('id', '"odd@local"@x.example')).toBe('<id@x.example>');
  });

  it('the recipients, numbered in the order to, cc, bcc', () => {
    expect(delivery(command({ to: ['a@x.de', 'b@x.de'], cc: ['c@x.de'], bcc: ['d@x.de'] })).recipients).toEqual([
      { position: 0, address: 'a@x.de', kind: 'to' },
      { position: 1, address: 'b@x.de', kind: 'to' },
      { position: 2, address: 'c@x.de', kind: 'cc' },
      { position: 3, address: 'd@x.de', kind: 'bcc' },
    ]);
  });

  test.each([
    ['high', 0],
    ['normal', 1],
    ['bulk', 2],
  ] as const)('the lane: %s is %i', (priority, lane) => {
    expect(delivery(command({ priority }))).toMatchObject({ priority, lane });
  });

  test.each([
    ['of the command, before that of the template', loginCode(undefined, { on_uncertain: 'retry' }), 'retry'],
    ['of the template', loginCode(), 'hold'],
    ['retry, where neither says', command(), 'retry'],
  ])('on_uncertain %s', (_, given, onUncertain) => {
    expect(delivery(given).onUncertain).toBe(onUncertain);
  });

  it('times, keys and trace as the command has them, and a key scoped by its source', () => {
    const times = { deliver_at: '2026-01-02T03:04:05.000Z', expires_at: '2026-01-02T03:14:05.000Z' };
    expect(delivery(command({ ...times, supersede_key: 'a@x.de' }))).toMatchObject({
      deliverAt: times.deliver_at,
      expiresAt: times.expires_at,
      expiresInMs: null,
      supersedeKey: 'a@x.de',
      scope: 'shop',
      idempotencyKey: 'k',
      traceparent: '00-a',
      tracestate: 'b=c',
      resendOf: null,
    });
    expect(delivery({ ...command(), expires_in_ms: 900_000 })).toMatchObject({ expiresAt: null, expiresInMs: 900_000 });
  });
});

describe('a remembered key is for the same command', () => {
  const remembered = (given: DeliveryCommand) => ({ ...delivery(given), outcome: 'queued' as const });
  const wiped = (given: DeliveryCommand) => ({ ...remembered(given), secretSalt: null, secretHash: null });
  const keyed = (given: DeliveryCommand, mode: 'stub' | 'smtp' = 'smtp') => ({
    ...delivery(given, { keys: [KEY], mode }),
    outcome: 'queued' as const,
  });
  const other = loginCode({ code: '654321', name: 'Ada' });

  test.each([
    ['whatever the ids and the mode', isSameCommand(loginCode(), remembered(loginCode()), []), true],
    ['not with another secret', isSameCommand(loginCode({ code: '654321', name: 'Ada' }), remembered(loginCode()), []), false],
    ['with any secret, once it is wiped', isSameCommand(loginCode({ code: '654321', name: 'Ada' }), wiped(loginCode()), []), true],
    [
      'not with another plain variable, wiped or not',
      isSameCommand(loginCode({ code: '123456', name: 'Bob' }), wiped(loginCode()), []),
      false,
    ],
    ['not with another recipient', isSameCommand(command({ to: ['b@x.de'] }), remembered(command()), []), false],
    ['not with the secret left out', isSameCommand(loginCode({ name: 'Ada' }), remembered(loginCode()), []), false],
    ['with the same secret, under a key', isSameCommand(loginCode(), keyed(loginCode()), [KEY]), true],
    ['with the same secret, under a key that seals no more', isSameCommand(loginCode(), keyed(loginCode()), [NEWER, KEY]), true],
    ['not with another secret, wiped or not, under a key', isSameCommand(other, keyed(loginCode()), [NEWER, KEY]), false],
    ['not with another secret, in stub mode under a key', isSameCommand(other, keyed(loginCode(), 'stub'), [KEY]), false],
    ['not with the secret left out, under a key', isSameCommand(loginCode({ name: 'Ada' }), keyed(loginCode()), [KEY]), false],
    ['with any secret, where its key is not here', isSameCommand(other, keyed(loginCode()), [NEWER]), true],
    [
      'not with another secret, where it was remembered before there was a key',
      isSameCommand(other, remembered(loginCode()), [KEY]),
      false,
    ],
  ])('%s', (_, same, expected) => {
    expect(same).toBe(expected);
  });
});
