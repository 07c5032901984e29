import { describe, expect, it, test } from 'vitest';
import { prepareResend, resendFingerprint, resendScope, type ResendOriginal, type ResendRequest } from './prepare-resend.js';

const ORIGINAL: ResendOriginal = {
  deliveryId: '019b7a5e-0000-7000-8000-000000000001',
  source: 'shop',
  sent: false,
  priority: 'bulk',
  templateId: 'game.turn_ready',
  locale: 'de',
  templateHash: 'hash-1',
  tags: { tenant: 't' },
  onUncertain: 'hold',
  content: { body: { mode: 'template', variables: { name: 'Ada' } }, reply_to: ['r@x.de'], headers: { 'X-A': '1' }, attachments: [] },
  recipients: [
    { address: 'a@x.de', kind: 'to', outcome: 'accepted' },
    { address: 'b@x.de', kind: 'cc', outcome: 'refused' },
    { address: 'c@x.de', kind: 'bcc', outcome: 'uncertain' },
    { address: 'd@x.de', kind: 'bcc', outcome: 'abandoned' },
  ],
};

const REQUEST: ResendRequest = {
  idempotencyKey: 'again',
  expiresAt: '2026-01-02T03:14:05.000Z',
  requestedExpiresAt: null,
  from: { email: 'robot@new.example', name: null },
  traceparent: '00-a',
  tracestate: null,
};

const IDS = {
  deliveryId: '019b7a5e-0000-7000-8000-00000000000a',
  attemptId: '019b7a5e-0000-7000-8000-00000000000b',
  salt: Buffer.alloc(16, 7),
};

const resend = (original: Partial<ResendOriginal> = {}) => prepareResend({ ...ORIGINAL, ...original }, REQUEST, IDS);

describe('a resend goes', () => {
  it('from sent to everyone', () => {
    expect(resend({ sent: true }).recipients.map(({ address }) => address)).toEqual(['a@x.de', 'b@x.de', 'c@x.de', 'd@x.de']);
  });

  it('from any other end to those not yet accepted, numbered anew, in their kinds', () => {
    expect(resend().recipients).toEqual([
      { position: 0, address: 'b@x.de', kind: 'cc' },
      { position: 1, address: 'c@x.de', kind: 'bcc' },
      { position: 2, address: 'd@x.de', kind: 'bcc' },
    ]);
  });
});

it('a resend is a new delivery of its own: id, Message-ID, first attempt, and what it is a resend of', () => {
  expect(resend()).toMatchObject({
    deliveryId: IDS.deliveryId,
    attemptId: IDS.attemptId,
    messageId: `<${IDS.deliveryId}@new.example>`,
    resendOf: ORIGINAL.deliveryId,
  });
});

it('a resend has the content, template version and lane of the original', () => {
  const { source, priority, templateId, locale, templateHash, tags, onUncertain, content } = ORIGINAL;
  expect(resend()).toMatchObject({ source, priority, lane: 2, templateId, locale, templateHash, tags, onUncertain, content });
});

it('a resend is due at once, supersedes nothing, and is never suppressed', () => {
  expect(resend()).toMatchObject({ deliverAt: null, supersedeKey: null, suppressed: false, expiresAt: REQUEST.expiresAt });
});

it('a resend has no secrets, since those of the original are wiped', () => {
  expect(resend()).toMatchObject({ secretNames: [], secretSalt: null, secretHash: null, secretVariables: null });
});

describe('keys of resends', () => {
  it('are scoped by the original', () => {
    expect(resend()).toMatchObject({ scope: `resend:${ORIGINAL.deliveryId}`, idempotencyKey: 'again' });
    expect(resendScope('x')).not.toBe(resendScope('y'));
  });

  test.each([
    ['the same request', resendFingerprint('x', null), true],
    ['another expiry', resendFingerprint('x', '2026-01-02T03:14:05.000Z'), false],
    ['another original', resendFingerprint('y', null), false],
  ])('tell %s', (_, fingerprint, same) => {
    expect(fingerprint.equals(resendFingerprint('x', null))).toBe(same);
  });

  it('are told by the expiry that was asked for, not by the one of the original', () => {
    expect(resend().fingerprint).toEqual(resendFingerprint(ORIGINAL.deliveryId, null));
  });
});
