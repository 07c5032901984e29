import { describe, expect, it } from 'vitest';
import { encodeText } from './encode-text.js';

describe('how a text travels', () => {
  it.each([
    ['plain short lines', 'Hello\nworld\n', '7bit'],
    ['a line of 76', 'x'.repeat(76), '7bit'],
    ['a line of 77', 'x'.repeat(77), 'quoted-printable'],
    ['lines of 76 with their ends', `${'x'.repeat(76)}\n${'y'.repeat(76)}\n`, '7bit'],
    ['a space at the end of a line, which relays strip', 'a \nb', 'quoted-printable'],
    ['From at the start of a line, which mailboxes mark', 'a\nFrom b', 'quoted-printable'],
    ['a dot at the start of a line', '.\n', 'quoted-printable'],
    ['what could be a boundary', '--=_mixed', 'quoted-printable'],
    ['a control', 'a bell \u0007 rings', 'quoted-printable'],
    ['mostly ASCII', 'Grüße aus Wien, wo heute ein guter Tag ist', 'quoted-printable'],
    ['mostly not', 'Привет, мир', 'base64'],
    ['nothing', '', '7bit'],
  ])('%s: %j → %s', (_, text, encoding) => expect(encodeText(text).encoding).toBe(encoding));

  it('every kind of line end becomes CRLF', () => expect(encodeText('a\rb\nc\r\nd\n\re').body).toBe('a\r\nb\r\nc\r\nd\r\n\r\ne'));

  it('quoted-printable lines have 76 characters at most, and none ends with white space', () => {
    const { body } = encodeText(`${'word ü '.repeat(100)}\n${'='.repeat(20)}${'x'.repeat(200)} \n\t`);
    const lines = body.split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(76);
    expect(lines.filter((line) => /[\t ]$/.test(line))).toEqual([]);
  });

  it('base64 lines have 76 characters', () => {
    expect(
      encodeText('ж'.repeat(200))
        .body.split('\r\n')
        .map((line) => line.length),
    ).toEqual([76, 76, 76, 76, 76, 76, 76, 4]);
  });
});
