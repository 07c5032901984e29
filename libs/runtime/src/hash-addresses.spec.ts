import { describe, expect, it, test } from 'vitest';
import { hashAddresses, hashAddressesWithin } from './hash-addresses.js';

describe('an address in a text is replaced by its hash', () => {
  test.each([
    '550 5.1.1 <ada@example.com> unknown',
    'mailbox of ada@example.com is full',
    'to:ada@example.com',
    '"ada lovelace" <ada.love+x@sub.example.co.uk>',
    'jörg@bücher.example and 用户@例子.广告',
    'for=ada@localhost;',
    '"a(b"@example.com',
    'x@[127.0.0.1]',
  ])('%s', (text) => {
    expect(hashAddresses(text)).not.toMatch(/@/);
    expect(hashAddresses(text)).toMatch(/address:[0-9a-f]{12}/);
  });
});

test.each(['cannot reach postgres://mail@db:5432/mail', 'postgres://u:***@db/mail', 'template @ 3', 'plain'])('"%s" holds none', (text) => {
  expect(hashAddresses(text)).toBe(text);
});

it('one address has one hash, however it is written', () => {
  expect(hashAddresses('Ada@Example.com')).toBe(hashAddresses('ada@example.com'));
});

it('reaches into what is nested, and leaves the rest', () => {
  const given = { type: 'Error', code: 3, cause: { message: 'a@b.example' }, errors: [{ message: 'x' }], none: null };
  expect(hashAddressesWithin(given)).toEqual({ ...given, cause: { message: expect.stringMatching(/^address:/) as string } });
});
