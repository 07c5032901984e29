import { describe, expect, it, test } from 'vitest';
import { parseDeliveryRequest, parseLoginCodeRequest } from './parse-command.js';

const MAX_BYTES = 1_000_000;
const MINIMAL = { to: ['a@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'Hi' } };
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

describe('a request says its source beside the command', () => {
  it('and is parted into both', () => {
    expect(parseDeliveryRequest(bytes({ source: 'game', ...MINIMAL }), MAX_BYTES)).toEqual({
      ok: true,
      request: { source: 'game', command: expect.objectContaining({ ...MINIMAL, content: { ...MINIMAL.content, html: null }, cc: [] }) },
    });
  });

  test.each([undefined, null, '', 'Game', '1game', '_game', 'ga me', 'game\n', 'gäme', `g${'a'.repeat(64)}`])(
    'and %j is none',
    (source) => {
      expect(parseDeliveryRequest(bytes({ ...MINIMAL, source }), MAX_BYTES)).toMatchObject({
        ok: false,
        refusal: { code: 'validation_failed', faults: [{ pointer: '/source' }] },
      });
    },
  );

  it('and has the bounds of a command', () => {
    expect(
      parseDeliveryRequest(
        bytes({ source: 'game', ...MINIMAL, cc: Array.from({ length: 50 }, (_, index) => `r${index}@example.com`) }),
        MAX_BYTES,
      ),
    ).toMatchObject({
      ok: false,
      refusal: { faults: [{ pointer: '' }] },
    });
  });
});

describe('a login code request', () => {
  const REQUEST = { email: 'A@Example.com', code: '123456', locale: 'de' };

  it('has its address in normal form, and no expiry of its own', () => {
    expect(parseLoginCodeRequest(bytes(REQUEST), MAX_BYTES)).toEqual({
      ok: true,
      request: { email: 'A@example.com', code: '123456', locale: 'de', expires_at: null },
    });
  });

  test.each<[object, string]>([
    [{ email: undefined }, '/email'],
    [{ email: 'a' }, '/email'],
    [{ code: 123456 }, '/code'],
    [{ code: '' }, '/code'],
    [{ code: '12 34' }, '/code'],
    [{ code: '1'.repeat(65) }, '/code'],
    [{ code: '1\n' }, '/code'],
    [{ locale: null }, '/locale'],
    [{ locale: undefined }, '/locale'],
    [{ expires_at: 'soon' }, '/expires_at'],
    [{ priority: 'high' }, '/priority'],
  ])('with %j is refused', (over, pointer) => {
    expect(parseLoginCodeRequest(bytes({ ...REQUEST, ...over }), MAX_BYTES)).toMatchObject({
      ok: false,
      refusal: { code: 'validation_failed', faults: [{ pointer }] },
    });
  });
});
