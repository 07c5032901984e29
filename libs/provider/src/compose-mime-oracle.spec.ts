import { simpleParser, type AddressObject, type HeaderValue } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it } from 'vitest';
import { composeMime } from './compose-mime.js';
import type { OutgoingMail } from './outgoing-mail.js';
import { aMail } from '../testing/a-mail.js';
import { mailCorpus } from '../testing/mail-corpus.js';

function nodemailers(mail: OutgoingMail): Promise<Buffer> {
  const { from, to, cc, replyTo, subject, text, html, date, messageId } = mail;
  const composer = new MailComposer({
    from: { name: from.name ?? '', address: from.email },
    to: [...to],
    cc: [...cc],
    replyTo: [...replyTo],
    subject,
    ...(text === null ? {} : { text }),
    ...(html === null ? {} : { html }),
    date,
    messageId,
    headers: { ...mail.headers },
    attachments: mail.attachments.map(({ contentId, ...file }) => ({ ...file, ...(contentId === undefined ? {} : { cid: contentId }) })),
    newline: 'windows',
  });
  return new Promise((resolve, reject) => composer.compile().build((error, built) => (error ? reject(error) : resolve(built))));
}

/** What a reader gets. Ends of lines are the parser's own, and a body gets one at its end that is not its own. */
async function asRead(raw: Buffer): Promise<object> {
  const mail = await simpleParser(raw);
  const addresses = (object: AddressObject | AddressObject[] | undefined) => [object ?? []].flat().flatMap(({ value }) => value);
  const lines = (text: string | false | undefined) => text && text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  return {
    from: addresses(mail.from),
    to: addresses(mail.to),
    cc: addresses(mail.cc),
    replyTo: addresses(mail.replyTo),
    subject: mail.subject ?? '',
    date: mail.date,
    messageId: mail.messageId,
    text: lines(mail.text) ?? '',
    html: lines(mail.html),
    campaign: await decoded(mail.headers.get('x-campaign')),
    list: mail.headers.get('list'),
    attachments: mail.attachments.map(({ filename, contentType, content, cid, related, contentDisposition }) => ({
      filename,
      contentType,
      ...{ cid: cid ?? null, related: related === true, contentDisposition },
      content: content.toString('hex'),
    })),
  };
}

/** The parser leaves encoded-words of headers that it does not know as they are, but not those of a subject. */
async function decoded(header: HeaderValue | undefined): Promise<string | undefined> {
  return header === undefined ? undefined : (await simpleParser(`Subject: ${String(header)}\r\n\r\n`)).subject;
}

const byHand: [string, Partial<OutgoingMail> & { addresses?: string[] }][] = [
  ['empty', { text: '', subject: '' }],
  ['no body at all', { text: null }],
  ['only attachments', { text: null, attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('a\nb') }] }],
  ['an empty attachment', { attachments: [{ filename: 'empty', contentType: 'application/octet-stream', content: Buffer.alloc(0) }] }],
  ['lines that begin with dots and From', { text: '.\n..\n.a\nFrom me\nfrom\n' }],
  ['a text that looks like our boundary', { text: '--=_alternative_0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b--\n', html: '<i>=_mixed_</i>' }],
  ['spaces at the ends of lines', { text: 'a \n\tb\t\nc  ' }],
  ['a line of exactly 76', { text: 'x'.repeat(76) }],
  ['a line of 77', { text: 'x'.repeat(77) }],
  ['a line of 10000', { text: 'y'.repeat(10_000) }],
  ['controls', { text: 'bell \u0007 and escape \u001b\n' }],
  ['a long subject of one word', { subject: 'Z'.repeat(998) }],
  ['a long subject of emoji', { subject: '👩‍👩‍👧🚀'.repeat(60) }],
  ['the longest subject of words', { subject: 'word '.repeat(199).trim() }],
  [
    'a filename that is long and not ASCII',
    { attachments: [{ filename: `${'Übersicht '.repeat(12)}.pdf`, contentType: 'application/pdf', content: Buffer.from('x') }] },
  ],
  [
    'a filename of quotes',
    { attachments: [{ filename: `it's a "file"; 100%.txt`, contentType: 'text/plain', content: Buffer.from('x') }] },
  ],
  [
    'an inline image, and one that is attached',
    {
      html: '<img src="cid:logo">',
      attachments: [
        { filename: 'logo.png', contentType: 'image/png', content: Buffer.from('png'), contentId: 'logo' },
        { filename: 'a.png', contentType: 'image/png', content: Buffer.from('other') },
      ],
    },
  ],
  [
    'inline images of HTML without text',
    {
      text: null,
      html: '<img src="cid:a@example.com"><img src="cid:b@example.com">',
      attachments: ['a@example.com', 'b@example.com'].map((contentId) => ({
        ...{ filename: `${contentId}.png`, contentType: 'image/png', content: Buffer.from(contentId), contentId },
      })),
    },
  ],
  ['non-ASCII local parts', { addresses: ['jörg@example.com', 'почта@example.com'] }],
  ['fifty recipients', { addresses: Array.from({ length: 50 }, (_, at) => `recipient.number.${at}@mail.example.com`) }],
];

describe('an independent parser reads the same mail as in what nodemailer composes', () => {
  it.each(byHand)('%s', async (_, parts) => {
    const mail = aMail(parts);
    expect(await asRead(composeMime(mail))).toEqual(await asRead(await nodemailers(mail)));
  });

  it.each(mailCorpus(20_260_102, 150).map((mail, index) => [index, mail] as const))('mail %i of the corpus', async (_, mail) => {
    expect(await asRead(composeMime(mail))).toEqual(await asRead(await nodemailers(mail)));
  });
});

describe('an independent parser reads what was asked for', () => {
  it.each(mailCorpus(42, 60).map((mail, index) => [index, mail] as const))('mail %i of the corpus', async (_, mail) => {
    const read = await simpleParser(composeMime(mail));
    const lines = (text: string) => text.replace(/\r\n?/g, '\n');
    expect(read.subject ?? '').toBe(mail.subject);
    if (mail.text !== null) expect(read.text?.replace(/\n$/, '')).toBe(lines(mail.text).replace(/\n$/, ''));
    if (mail.html !== null) expect(read.html && read.html.replace(/\n$/, '')).toBe(lines(mail.html));
    expect(read.attachments.map(({ filename }) => filename)).toEqual(mail.attachments.map(({ filename }) => filename));
    read.attachments.forEach(({ content }, at) => expect(content.equals(mail.attachments[at]!.content)).toBe(true));
  });
});

describe('a media type with parameters', () => {
  it.each([
    ['text/calendar; charset="UTF-8"; method="REQUEST"', { charset: 'UTF-8', method: 'REQUEST' }],
    ['text/calendar; method=REQUEST; charset=utf-8', { method: 'REQUEST', charset: 'utf-8' }],
    [String.raw`text/plain; title="a \"b\"; c"`, { title: 'a "b"; c' }],
  ])('arrives as %s', async (contentType, parameters) => {
    const mail = aMail({ attachments: [{ filename: 'invite.ics', contentType, content: Buffer.from('x') }] });
    const [file] = (await simpleParser(composeMime(mail))).attachments;
    expect(file?.headers.get('content-type')).toMatchObject({ params: { ...parameters, name: 'invite.ics' } });
  });
});
