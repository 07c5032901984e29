import { isAscii } from 'node:buffer';
import type { SinkMessage, SinkScript } from '@mail/testing';
import { simpleParser, type AddressObject } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';
import { composeMime } from './compose-mime.js';
import type { OutgoingMail } from './outgoing-mail.js';

/** A server that takes ASCII only, and means it. */
const strict: SinkScript = {
  hide: ['SMTPUTF8', '8BITMIME'],
  final: ({ raw }: SinkMessage) => (isAscii(raw) ? null : '554 5.6.7 no SMTPUTF8 was said'),
};

/** To these, each in the envelope. */
function mailTo({ to = [], cc = [], bcc = [], replyTo = [] }: Partial<OutgoingMail>): OutgoingMail {
  const recipients = [...to, ...cc, ...bcc].map((address, position) => ({ position, address }));
  return aMail({ addresses: to, cc, bcc, replyTo, recipients });
}

const headersOf = (mail: OutgoingMail): string => composeMime(mail).toString().split('\r\n\r\n')[0] ?? '';

const MIXED: readonly [string, Partial<OutgoingMail>][] = [
  ['To', { to: ['jörg@example.com', 'ada@example.com'] }],
  ['Cc', { to: ['ada@example.com'], cc: ['почта@example.com', 'grace@example.com'] }],
  ['To, with others in Bcc alone', { to: ['jörg@example.com'], bcc: ['ada@example.com'] }],
  ['Bcc', { to: ['ada@example.com'], bcc: ['jörg@example.com'] }],
  ['Reply-To', { to: ['ada@example.com'], replyTo: ['jörg@example.com'] }],
  [
    'everything',
    { to: ['jörg@example.com', 'ada@example.com'], cc: ['почта@example.com'], replyTo: ['jörg@example.com', 'b@example.com'] },
  ],
];

describe('a non-ASCII local part among others does not cost the others their mail, where the server has no SMTPUTF8', () => {
  it.each(MIXED)('in %s', async (_, addresses) => {
    const sink = await aSink(strict);
    const mail = mailTo(addresses);
    const result = await smtpTo(sink).send(mail);
    expect(result.outcome).toBe('provider_accepted');
    for (const { position, answer, reply } of result.recipients) {
      const ascii = isAscii(Buffer.from(mail.recipients[position]?.address ?? ''));
      expect(answer).toBe(ascii ? 'accepted' : 'permanent');
      if (!ascii) expect(reply).toMatchObject({ code: 550, enhanced: '5.6.7' });
    }
  });

  it.each(MIXED)('the bytes are the same at a server that has it: in %s', async (_, addresses) => {
    const mail = mailTo(addresses);
    const [without, having] = [await aSink(strict), await aSink()];
    const all = await smtpTo(having).send(mail);
    await smtpTo(without).send(mail);
    expect(all.recipients.every(({ answer }) => answer === 'accepted')).toBe(true);
    expect(having.messages[0]?.raw.equals(without.messages[0]?.raw ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('in a header of ASCII', () => {
  it('an address that is not stands as a group without a member (RFC 6857)', () => {
    const headers = headersOf(mailTo({ to: ['ada@example.com', 'jörg@example.com', 'b@example.com'], replyTo: ['почта@example.com'] }));
    expect(headers).toContain('\r\nTo: ada@example.com,\r\n =?utf-8?B?asO2cmdAZXhhbXBsZS5jb20=?= :;, b@example.com\r\n');
    expect(headers).toContain('\r\nReply-To: =?utf-8?B?0L/QvtGH0YLQsEBleGFtcGxlLmNvbQ==?= :;\r\n');
  });

  it('an independent parser reads who it names, and the addresses of the others', async () => {
    const to = ['jörg@example.com', 'ada@example.com', `${'ж'.repeat(32)}@${'x'.repeat(60)}.example.com`, 'b@example.com'];
    const mail = mailTo({ to });
    const read = (await simpleParser(composeMime(mail))).to as AddressObject;
    expect(read.value.map(({ address, name, group }) => (group === undefined ? address : `${name} with ${group.length}`))).toEqual([
      'jörg@example.com with 0',
      'ada@example.com',
      `${to[2]} with 0`,
      'b@example.com',
    ]);
    const lines = headersOf(mail).split('\r\n');
    expect(lines.filter((line) => line.length > 78)).toEqual([]);
    expect(isAscii(composeMime(mail))).toBe(true);
  });
});

describe('a mail for nobody with an ASCII address', () => {
  it('has its addresses in UTF-8, and goes by SMTPUTF8', async () => {
    const said: Record<string, string | true>[] = [];
    const sink = await aSink({ mail: (_sender, parameters) => (said.push(parameters), null) });
    const mail = mailTo({ to: ['jörg@example.com'], cc: ['почта@example.com'] });
    expect(await smtpTo(sink).send(mail)).toMatchObject({ outcome: 'provider_accepted' });
    expect(headersOf(mail)).toContain('\r\nTo: jörg@example.com\r\nCc: почта@example.com\r\n');
    expect(said).toMatchObject([{ SMTPUTF8: true, BODY: '8BITMIME' }]);
  });

  it('is refused without a word where the server has none', async () => {
    const sink = await aSink({ ...strict, mail: () => '451 not to be asked' });
    const result = await smtpTo(sink).send(mailTo({ to: ['jörg@example.com'], replyTo: ['ada@example.com'] }));
    expect(result).toMatchObject({ outcome: 'permanent_rejected', reply: { code: 550, enhanced: '5.6.7' } });
  });
});

it('SMTPUTF8 is said only for those who need it: not once they are refused or done', async () => {
  const said: Record<string, string | true>[] = [];
  const sink = await aSink({ mail: (_sender, parameters) => (said.push(parameters), null) });
  const mail = mailTo({ to: ['jörg@example.com', 'ada@example.com'] });
  const provider = smtpTo(sink);
  await provider.send(mail);
  await provider.send({ ...mail, recipients: mail.recipients.slice(1) });
  expect(said.map((parameters) => parameters['SMTPUTF8'] ?? false)).toEqual([true, false]);
  expect(sink.messages[0]?.raw.equals(sink.messages[1]?.raw ?? Buffer.alloc(0))).toBe(true);
});
