import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { mailFaults } from './mail-faults.ts';
import type { ReceivedMail } from './received-mail.ts';
import type { Asked } from './traffic.ts';

const asked: Asked = {
  kind: 'rendered',
  source: 'demo',
  idempotencyKey: 'k',
  command: {
    to: ['ada@example.com'],
    bcc: ['hidden@example.com'],
    headers: { 'X-Campaign': 'spring' },
    content: { mode: 'rendered', subject: 'Grüße', text: 'Hello\n' },
  },
};
const right = [
  'From: no-reply@galaxy.example',
  'To: ada@example.com',
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
  'Date: Tue, 24 Nov 2026 10:00:00 +0000',
  'Message-ID: <1@galaxy.example>',
  'X-Campaign: spring',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Hello',
  '',
].join('\r\n');

async function faultsOf(raw: string, rcptTo = ['ada@example.com', 'hidden@example.com']): Promise<string[]> {
  const parsed = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true });
  const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
  const mail: ReceivedMail = { file: '1.eml', mailFrom: 'no-reply@galaxy.example', rcptTo, sha256: '', head, parsed };
  return mailFaults(mail, asked, { messageId: '<1@galaxy.example>', from: 'no-reply@galaxy.example' });
}

describe('a received mail', () => {
  it('has no fault where it is what was asked for', async () => {
    expect(await faultsOf(right)).toEqual([]);
  });

  it.each([
    ['another subject', right.replace('Gr=C3=BC', 'Gr=C3=B6'), 'Subject'],
    ['another text', right.replace('Hello', 'Hallo'), 'text'],
    ['another recipient in To', right.replace('To: ada', 'To: eve'), 'To'],
    ['a Bcc header', right.replace('Date:', 'Bcc: somebody@example.com\r\nDate:'), 'Bcc header'],
    ['a bcc address in any header', right.replace('Date:', 'X-For: hidden@example.com\r\nDate:'), 'which is bcc'],
    ['another Message-ID', right.replace('<1@', '<2@'), 'Message-ID'],
    ['a lost custom header', right.replace('X-Campaign: spring\r\n', ''), 'X-Campaign'],
    ['no date', right.replace(/Date: .*\r\n/, ''), 'Date'],
  ])('has a fault with %s', async (_, raw, fault) => {
    expect(await faultsOf(raw)).toEqual([expect.stringContaining(fault)]);
  });

  it('has a fault where the envelope leaves somebody out', async () => {
    expect(await faultsOf(right, ['ada@example.com'])).toEqual([expect.stringContaining('envelope recipients')]);
  });
});
