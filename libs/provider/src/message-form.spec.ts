import { describe, expect, it } from 'vitest';
import { composeMime } from './compose-mime.js';
import { aMail } from '../testing/a-mail.js';
import { mailCorpus } from '../testing/mail-corpus.js';

const headersOf = (message: string) => message.slice(0, message.indexOf('\r\n\r\n'));

describe('the form of every message of the corpus', () => {
  it.each(mailCorpus(7, 100).map((mail, index) => [index, mail] as const))('mail %i', (_, mail) => {
    const message = composeMime(mail).toString();
    expect(message.endsWith('\r\n')).toBe(true);
    expect(message.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(message).toMatch(/^[\t\r\n\x20-\x7e]*$/);
    expect(Math.max(...message.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    const foldable = headersOf(message)
      .split('\r\n')
      .filter((line) => !line.includes('https://') && !/x{130}/.test(line));
    expect(foldable.filter((line) => line.length > 78)).toEqual([]);
    expect(message.match(/=\?utf-8\?[QB]\?[^?\s]*\?=/g)?.filter((word) => word.length > 75) ?? []).toEqual([]);
  });

  it('an encoded-word never ends within a character', () => {
    const subject = 'ä🚀'.repeat(80);
    const words = composeMime(aMail({ subject }))
      .toString()
      .match(/(?<==\?utf-8\?B\?)[^?]*/g)!;
    const texts = words.map((word) => new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(word, 'base64')));
    expect(words.length).toBeGreaterThan(5);
    expect(texts.join('')).toBe(subject);
  });

  it('a text that looks like an encoded-word is not read as one', () => {
    expect(headersOf(composeMime(aMail({ subject: '=?utf-8?Q?no?= really' })).toString())).toContain(
      'Subject: =?utf-8?B?PT91dGYtOD9RP25vPz0=?= really',
    );
  });

  it('only the part of a header that needs it is encoded', () => {
    const message = composeMime(aMail({ headers: { 'List-Id': 'Die Ünï Liste <list.example.com>' } })).toString();
    expect(message).toContain('List-Id: Die =?utf-8?B?w5xuw68=?= Liste <list.example.com>\r\n');
  });
});

describe('headers', () => {
  it('are these, and no others', () => {
    const mail = aMail({ cc: ['c@example.com'], replyTo: ['r@example.com'], headers: { 'X-Campaign': 'a' } });
    const names = headersOf(composeMime(mail).toString()).match(/^[\w-]+(?=:)/gm);
    expect(names).toEqual([
      ...['Date', 'From', 'To', 'Cc', 'Reply-To', 'Subject', 'Message-ID', 'X-Campaign', 'MIME-Version'],
      ...['Content-Type', 'Content-Transfer-Encoding'],
    ]);
  });

  it('an envelope recipient that is in no header stays out of the message', () => {
    const recipients = [{ position: 0, address: 'secret@example.com' }];
    expect(composeMime(aMail({ recipients })).toString()).not.toContain('secret@');
  });

  it('the date is in UTC, two digits each', () => {
    expect(composeMime(aMail({ date: new Date('2026-01-02T03:04:05.999Z') })).toString()).toContain(
      'Date: Fri, 02 Jan 2026 03:04:05 +0000\r\n',
    );
  });

  it.each(['\r\nBcc: spy@example.com', '\nX: y', '\rX: y', '\0'])('%j anywhere in a header is refused', (evil) => {
    const attachment = { filename: `a${evil}`, contentType: 'text/plain', content: Buffer.alloc(0) };
    for (const parts of [
      { subject: `a${evil}` },
      { from: { email: `a@example.com${evil}`, name: null } },
      { from: { email: 'a@example.com', name: `A${evil}` } },
      { to: [`a@example.com${evil}`] },
      { cc: [`a@example.com${evil}`] },
      { replyTo: [`a@example.com${evil}`] },
      { messageId: `<a@example.com>${evil}` },
      { headers: { 'X-Campaign': `a${evil}` } },
      { headers: { [`X-Campaign${evil}`]: 'a' } },
      { attachments: [attachment] },
    ]) {
      expect(() => composeMime(aMail(parts))).toThrow();
    }
  });

  it.each(['Bcc', 'from', 'Content-Type', 'MIME-Version', 'DATE'])('a custom header cannot be %s', (name) => {
    expect(() => composeMime(aMail({ headers: { [name]: 'x' } }))).toThrow();
  });
});

describe('attachments', () => {
  const typed = (contentType: string) =>
    composeMime(aMail({ attachments: [{ filename: 'a', contentType, content: Buffer.from('x') }] })).toString();

  it.each(['message/rfc822', 'multipart/mixed; boundary=x', 'no type', 'text/plain\r\nX: y', 'text/plain; name=ü'])(
    'of a type that base64 or a header cannot carry (%j) are plain octets',
    (contentType) => expect(typed(contentType)).toContain('Content-Type: application/octet-stream;\r\n name=a\r\n'),
  );

  it('keep their type and its parameters', () => {
    expect(typed('text/csv; charset="utf-8"; header=present')).toContain(
      'Content-Type: text/csv; charset="utf-8"; header=present;\r\n name=a\r\n',
    );
  });
});
