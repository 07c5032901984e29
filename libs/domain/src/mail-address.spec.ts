import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseMailAddress } from './mail-address.js';

const LOCAL_64 = 'a'.repeat(64);
const LABEL_63 = 'b'.repeat(63);
/** 187 octets, of which the first label can grow. */
const DOMAIN_189 = `${'c'.repeat(61)}.${LABEL_63}.${LABEL_63}`;

describe('an address is taken in its normal form', () => {
  test.each([
    ['a@example.com', 'a@example.com'],
    ['First.Last+tag@EXAMPLE.Com', 'First.Last+tag@example.com'],
    ["!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"],
    ['root@localhost', 'root@localhost'],
    ['a@münchen.de', 'a@xn--mnchen-3ya.de'],
    ['a@MÜNCHEN.DE', 'a@xn--mnchen-3ya.de'],
    ['a@xn--mnchen-3ya.de', 'a@xn--mnchen-3ya.de'],
    ['a@faß.de', 'a@xn--fa-hia.de'],
    ['a@例え。テスト', 'a@xn--r8jz45g.xn--zckzah'],
    ['a@4you.example', 'a@4you.example'],
    ['grüße@example.com', 'grüße@example.com'],
    ['用户@例子.广告', '用户@xn--fsqu00a.xn--4rr70v'],
    ['😀@example.com', '😀@example.com'],
    ['e\u0301@example.com', '\u00e9@example.com'],
    ['a@mu\u0308nchen.de', 'a@xn--mnchen-3ya.de'],
    [`${LOCAL_64}@example.com`, `${LOCAL_64}@example.com`],
    [`${'é'.repeat(32)}@example.com`, `${'é'.repeat(32)}@example.com`],
    [`a@${LABEL_63}.com`, `a@${LABEL_63}.com`],
    [`${LOCAL_64}@${DOMAIN_189}`, `${LOCAL_64}@${DOMAIN_189}`],
  ])('%s', (text, address) => {
    expect(parseMailAddress(text)).toEqual({ ok: true, address });
  });
});

describe('what is no bare, deliverable address is refused', () => {
  test.each([
    ['nothing', ''],
    ['no @', 'example.com'],
    ['no local part', '@example.com'],
    ['no domain', 'a@'],
    ['two @', 'a@b@example.com'],
    ['a display name', 'A <a@example.com>'],
    ['angle brackets', '<a@example.com>'],
    ['a group', 'team: a@example.com;'],
    ['a comment', 'a(comment)@example.com'],
    ['a comma', 'a,b@example.com'],
    ['two addresses', 'a@example.com,b@example.com'],
    ['a space before', ' a@example.com'],
    ['a space behind', 'a@example.com '],
    ['a space within', 'a b@example.com'],
    ['a no-break space', 'a\u00a0b@example.com'],
    ['a joiner', 'a\u200cb@example.com'],
    ['a Greek question mark, which is a semicolon', 'a\u037eb@example.com'],
    ['a dot first', '.a@example.com'],
    ['a dot last', 'a.@example.com'],
    ['two dots', 'a..b@example.com'],
    ['a quoted local part', '"a b"@example.com'],
    ['a backslash', 'a\\b@example.com'],
    ['CR LF and a command', 'a@example.com\r\nRCPT TO:<b@example.com>'],
    ['LF in the local part', 'a\nb@example.com'],
    ['CR in the domain', 'a@exa\rmple.com'],
    ['NUL', 'a\u0000@example.com'],
    ['a tab in the domain', 'a@exa\tmple.com'],
    ['NEL', 'a\u0085b@example.com'],
    ['U+2028', 'a\u2028b@example.com'],
    ['an override of direction', 'a\u202eb@example.com'],
    ['a lone surrogate', 'a\ud800@example.com'],
    ['a soft hyphen in the domain', 'a@exam\u00adple.com'],
    ['an empty label', 'a@example..com'],
    ['a dot behind', 'a@example.com.'],
    ['a hyphen first in a label', 'a@-example.com'],
    ['a hyphen last in a label', 'a@example-.com'],
    ['an underscore in the domain', 'a@ex_ample.com'],
    ['a percent escape in the domain', 'a@ex%61mple.com'],
    ['a percent escape beside an umlaut', 'a@m%C3%BCnchenü.de'],
    ['a path behind an umlaut', 'a@münchen.de/x'],
    ['a port', 'a@example.com:25'],
    ['an IPv4 literal', 'a@[127.0.0.1]'],
    ['an IPv6 literal', 'a@[IPv6:::1]'],
    ['a bare IPv4 address', 'a@127.0.0.1'],
    ['an IPv4 address in full-width digits', 'a@１２７.0.0.1'],
    ['a hexadecimal IPv4 address', 'a@0x7f'],
    ['65 octets before the @', `${LOCAL_64}a@example.com`],
    ['33 characters of 2 octets before the @', `${'é'.repeat(33)}@example.com`],
    ['a label of 64', `a@${LABEL_63}b.com`],
    ['a label of 64 as an A-label', `a@${'ü'.repeat(60)}.de`],
    ['255 octets', `${LOCAL_64}@c${DOMAIN_189}`],
    ['a megabyte', `${'a'.repeat(1_000_000)}@${'b'.repeat(1_000_000)}`],
  ])('%s', (_, text) => {
    expect(parseMailAddress(text)).toEqual({ ok: false, detail: expect.any(String) });
  });
});

it('nothing that is taken can leave its SMTP command, and a normal form is its own normal form', () => {
  const piece = fc.constantFrom(
    'a',
    'Z',
    '9',
    '.',
    '-',
    '@',
    'ü',
    'ß',
    '。',
    '\r',
    '\n',
    '\u0000',
    ' ',
    '<',
    '>',
    '"',
    '\u0085',
    '%',
    '1.2.3.4',
    'xn--',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((pieces) => `a@${pieces.join('')}`),
        fc.array(piece).map((pieces) => `${pieces.join('')}@b`),
        fc.string(),
      ),
      (text) => {
        const parsed = parseMailAddress(text);
        if (!parsed.ok) return;
        expect(parsed.address).not.toMatch(/[\s\p{Cc}<>"]/u);
        expect(parsed.address.slice(parsed.address.lastIndexOf('@') + 1)).toMatch(/^[a-z0-9.-]+$/);
        expect(parseMailAddress(parsed.address)).toEqual(parsed);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('an address that is taken is in NFC, shows every character that it has, and is its own normal form', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(text, text, (local, label) => {
      const parsed = parseMailAddress(`a${local}@b${label}.example`);
      if (!parsed.ok) return;
      expect(parsed.address).toBe(parsed.address.normalize('NFC'));
      expect(parsed.address).not.toMatch(/[\p{Default_Ignorable_Code_Point}\p{Z}\p{C}\u2800\ufffd]/u);
      expect(parseMailAddress(parsed.address)).toEqual(parsed);
      expect(parseMailAddress(parsed.address.normalize('NFD'))).toEqual(parsed);
    }),
    { numRuns: 2000 },
  );
});
