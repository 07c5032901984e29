import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

const pipelining = [
  ['pipelined', []],
  ['one command at a time', ['PIPELINING']],
] as const;

describe.each(pipelining)('recipients, %s', (_, hide) => {
  it('a mail arrives as it was composed, with its envelope', async () => {
    const sink = await aSink({ hide });
    const result = await smtpTo(sink).send(aMail({ addresses: ['a@example.com', 'b@example.com'] }));
    expect(result).toMatchObject({ outcome: 'provider_accepted', phase: 'final', finalDotSent: true, error: null, reply: { code: 250 } });
    expect(sink.messages).toMatchObject([
      { envelopeFrom: 'noreply@mail.example.com', recipients: ['a@example.com', 'b@example.com'], replied: true },
    ]);
    expect(await simpleParser(sink.messages[0]!.raw)).toMatchObject({ subject: 'A turn is ready', text: 'It is your turn.\n' });
  });

  it('each recipient has its own answer, in the order of the envelope, and the best one is the outcome', async () => {
    const replies = new Map([
      ['busy@example.com', '450 4.2.1 busy'],
      ['gone@example.com', '550 5.1.1 gone'],
    ]);
    const sink = await aSink({ hide, rcpt: (recipient) => replies.get(recipient) ?? null, final: () => '250 2.0.0 queued as 7' });
    const result = await smtpTo(sink).send(aMail({ addresses: ['gone@example.com', 'ada@example.com', 'busy@example.com'] }));
    expect(result).toMatchObject({
      outcome: 'provider_accepted',
      phase: 'final',
      reply: { code: 250, enhanced: '2.0.0', text: 'queued as 7' },
    });
    expect(result.recipients).toEqual([
      { position: 0, answer: 'permanent', reply: { code: 550, enhanced: '5.1.1', text: 'gone' } },
      { position: 1, answer: 'accepted', reply: { code: 250, enhanced: '2.0.0', text: 'queued as 7' } },
      { position: 2, answer: 'transient', reply: { code: 450, enhanced: '4.2.1', text: 'busy' } },
    ]);
    expect(sink.messages).toMatchObject([{ recipients: ['ada@example.com'] }]);
  });

  it('a mail that every recipient is refused ends at RCPT, with the best of the answers, and sends nothing', async () => {
    const sink = await aSink({ hide, rcpt: (recipient) => (recipient === 'busy@example.com' ? '452 4.2.2 full' : '550 5.1.1 gone') });
    const provider = smtpTo(sink, { maxConnections: 1 });
    const mixed = await provider.send(aMail({ addresses: ['gone@example.com', 'busy@example.com'] }));
    expect(mixed).toMatchObject({ outcome: 'transient_rejected', phase: 'rcpt', reply: { code: 452 }, finalDotSent: false });
    const gone = await provider.send(aMail({ addresses: ['gone@example.com'] }));
    expect(gone).toMatchObject({ outcome: 'permanent_rejected', phase: 'rcpt', reply: { code: 550 }, finalDotSent: false });
    expect(sink.messages).toEqual([]);
    expect(sink.connections).toBe(1);
  });

  it.each([
    ['451 4.3.0 later', 'transient_rejected', 'transient'],
    ['552 5.3.4 too big', 'permanent_rejected', 'permanent'],
  ] as const)(
    'a refusal of the sender (%s) is every recipient’s, and the connection serves the next mail',
    async (reply, outcome, answer) => {
      const sink = await aSink({ hide, mail: () => reply });
      const provider = smtpTo(sink, { maxConnections: 1 });
      for (let mail = 0; mail < 2; mail++) {
        const result = await provider.send(aMail({ addresses: ['a@example.com', 'b@example.com'] }));
        expect(result).toMatchObject({ outcome, phase: 'mail', finalDotSent: false, recipients: [{ answer }, { answer }] });
      }
      expect(sink.connections).toBe(1);
    },
  );

  it.each([
    ['451 4.3.0 later', 'transient_rejected', ['transient', 'transient', 'permanent']],
    ['554 5.7.1 spam', 'permanent_rejected', ['permanent', 'permanent', 'permanent']],
  ] as const)('a refusal of DATA (%s) answers those whom RCPT took, and for good means all', async (reply, outcome, answers) => {
    const rcpt = (recipient: string) => (recipient.startsWith('busy') ? '450 busy' : recipient.startsWith('gone') ? '550 gone' : null);
    const sink = await aSink({ hide, rcpt, data: () => reply });
    const provider = smtpTo(sink, { maxConnections: 1 });
    for (let mail = 0; mail < 2; mail++) {
      const result = await provider.send(aMail({ addresses: ['ada@example.com', 'busy@example.com', 'gone@example.com'] }));
      expect(result).toMatchObject({ outcome, phase: 'data', finalDotSent: false });
      expect(result.recipients.map(({ answer }) => answer)).toEqual(answers);
    }
    expect(sink.connections).toBe(1);
  });

  it.each([
    ['452 4.3.1 full', 'transient_rejected', 'transient'],
    ['550 5.7.1 spam', 'permanent_rejected', 'permanent'],
  ] as const)('a refusal after the final dot (%s) answers those whom RCPT took', async (reply, outcome, answer) => {
    const sink = await aSink({ hide, rcpt: (recipient) => (recipient.startsWith('gone') ? '551 5.1.6 moved' : null), final: () => reply });
    const result = await smtpTo(sink).send(aMail({ addresses: ['ada@example.com', 'gone@example.com'] }));
    expect(result).toMatchObject({ outcome, phase: 'final', finalDotSent: true, reply: { code: Number(reply.slice(0, 3)) } });
    expect(result.recipients).toMatchObject([{ answer }, { answer: 'permanent', reply: { code: 551 } }]);
  });

  it('lines that begin with dots arrive as they were', async () => {
    const text = '.\r\n..\r\n.hidden\r\nend\r\n.\r\n';
    const sink = await aSink({ hide });
    await smtpTo(sink).send(aMail({ text }));
    expect((await simpleParser(sink.messages[0]!.raw)).text).toBe(text.replaceAll('\r\n', '\n'));
  });

  it('a body of 5 MB arrives whole', async () => {
    const content = Buffer.alloc(5 * 1024 * 1024, '0123456789abcdef');
    const sink = await aSink({ hide });
    const result = await smtpTo(sink).send(
      aMail({ attachments: [{ filename: 'big.bin', contentType: 'application/octet-stream', content }] }),
    );
    expect(result.outcome).toBe('provider_accepted');
    const [received] = (await simpleParser(sink.messages[0]!.raw)).attachments;
    expect(received!.content.equals(content)).toBe(true);
  });
});
