import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveSecretKey, keyOfMac, openSecrets, sealSecrets, secretMac, type SealedSecrets } from './sealed-secrets.js';

const KEY = deriveSecretKey(Buffer.alloc(32, 'an old key'));
const NEWER = deriveSecretKey(Buffer.alloc(32, 'a new key'));
const ID = '019b7a5e-0000-7000-8000-000000000001';
const OTHER_ID = '019b7a5e-0000-7000-8000-000000000002';
const SECRETS = { code: '481516', token: 'Größe' };
const seal = (key = KEY): SealedSecrets => sealSecrets(key, ID, SECRETS, randomBytes(16));

describe('sealed variables', () => {
  it('open with the key that sealed them, whichever seals today', () => {
    expect(openSecrets([NEWER, KEY], ID, seal())).toEqual({ ok: true, variables: SECRETS });
  });

  it('show their names and nothing of their values', () => {
    const sealed = seal();
    expect(sealed.$names).toEqual(['code', 'token']);
    expect(sealed.$sealed).toMatch(new RegExp(`^v1:${KEY.id}:[A-Za-z0-9+/]+=*$`));
    expect(Buffer.from(sealed.$sealed.split(':')[2] ?? '', 'base64').includes('481516')).toBe(false);
  });

  it('look different each time', () => {
    expect(seal().$sealed).not.toBe(seal().$sealed);
  });

  it('of a key that is not there say whose they are', () => {
    expect(openSecrets([NEWER], ID, seal())).toEqual({ ok: false, reason: 'unknown_key', keyId: KEY.id });
    expect(openSecrets([], ID, seal())).toEqual({ ok: false, reason: 'unknown_key', keyId: KEY.id });
  });

  it('open in no other delivery', () => {
    expect(openSecrets([KEY], OTHER_ID, seal())).toEqual({ ok: false, reason: 'not_authentic', keyId: KEY.id });
  });

  it.each([
    ['changed', (text: string) => text.slice(0, 40) + (text[40] === 'A' ? 'B' : 'A') + text.slice(41)],
    ['cut', (text: string) => text.slice(0, 30)],
    ['emptied', (text: string) => text.slice(0, 20)],
  ])('do not open once they are %s', (_, change) => {
    expect(openSecrets([KEY], ID, { ...seal(), $sealed: change(seal().$sealed) })).toMatchObject({ ok: false, reason: 'not_authentic' });
  });
});

it('variables that were stored before there was a key open as they are', () => {
  expect(openSecrets([KEY], ID, SECRETS)).toEqual({ ok: true, variables: SECRETS });
  expect(openSecrets([], ID, SECRETS)).toEqual({ ok: true, variables: SECRETS });
});

describe('the keyed fingerprint of secrets', () => {
  it('tells codes apart, and deliveries with one code', () => {
    expect(secretMac(KEY, ID, { code: '1' })).toEqual(secretMac(KEY, ID, { code: '1' }));
    expect(secretMac(KEY, ID, { code: '1' })).not.toEqual(secretMac(KEY, ID, { code: '2' }));
    expect(secretMac(KEY, ID, { code: '1' })).not.toEqual(secretMac(KEY, OTHER_ID, { code: '1' }));
    expect(secretMac(KEY, ID, { code: '1' })).not.toEqual(secretMac(NEWER, ID, { code: '1' }));
  });

  it('names its key', () => {
    expect(keyOfMac([NEWER, KEY], secretMac(KEY, ID, SECRETS))).toBe(KEY);
    expect(keyOfMac([NEWER], secretMac(KEY, ID, SECRETS))).toBeUndefined();
  });
});

it('no subkey shows another, nor the key', () => {
  const { id, sealing, fingerprint, addresses } = KEY;
  expect(new Set([id, sealing.toString('hex'), fingerprint.toString('hex'), addresses.toString('hex')]).size).toBe(4);
  expect(JSON.stringify(KEY)).not.toContain(Buffer.alloc(32, 'an old key').toString('hex'));
});
