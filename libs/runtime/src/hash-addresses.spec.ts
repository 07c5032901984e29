import { hash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { hashAddresses, hashAddressesWithin } from './hash-addresses.js';

const KEY = Buffer.alloc(32, 'a key');

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
    expect(hashAddresses(text, KEY)).not.toMatch(/@/);
    expect(hashAddresses(text, KEY)).toMatch(/address:[0-9a-f]{12}/);
  });
});

test.each(['cannot reach postgres://mail@db:5432/mail', 'postgres://u:***@db/mail', 'template @ 3', 'plain'])('"%s" holds none', (text) => {
  expect(hashAddresses(text, KEY)).toBe(text);
});

it('one address has one hash, however it is written', () => {
  expect(hashAddresses('Ada@Example.com', KEY)).toBe(hashAddresses('ada@example.com', KEY));
});

it('an address has another hash under another key, and not the hash that anyone can make', () => {
  const hashes = [KEY, Buffer.alloc(32, 'another key')].map((key) => hashAddresses('ada@example.com', key));
  const plain = `address:${hash('sha256', 'ada@example.com').slice(0, 12)}`;
  expect(new Set([...hashes, plain]).size).toBe(3);
});

it('reaches into what is nested, and leaves the rest', () => {
  const given = { type: 'Error', code: 3, cause: { message: 'a@b.example' }, errors: [{ message: 'x' }], none: null };
  expect(hashAddressesWithin(given, KEY)).toEqual({ ...given, cause: { message: expect.stringMatching(/^address:/) as string } });
});
