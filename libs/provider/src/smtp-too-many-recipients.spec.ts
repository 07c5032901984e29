import type { RecipientAnswer } from '@mail/domain';
import type { SinkScript } from '@mail/testing';
import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

const addresses = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}@example.com`);

/** A server that takes so many recipients in one transaction, and refuses more with this reply. */
function limited(limit: number, reply: string, more: SinkScript = {}): SinkScript & { readonly asked: number } {
  let taken = 0;
  let asked = 0;
  return {
    ...more,
    mail: (sender, parameters) => {
      taken = 0;
      return more.mail?.(sender, parameters) ?? null;
    },
    rcpt: async (recipient) => {
      asked += 1;
      const answer = (await more.rcpt?.(recipient)) ?? null;
      if (answer !== null) return answer;
      taken += 1;
      return taken > limit ? reply : null;
    },
    get asked() {
      return asked;
    },
  };
}

const REPLIES = [
  '552 5.5.3 Maximum limit of 5 recipients reached',
  '452 4.5.3 Error: too many recipients',
  '452 Too many recipients',
  '552 too many recipients',
  '550 5.5.3 Too many recipients for this sender',
  '452 Sorry, no more recipients accepted',
  '452 Only 5 recipients allowed',
  '452 4.1.0 Too many recipients',
  '552 5.1.0 Too many recipients',
  '452 one recipient at a time please',
  '552 cannot accept more than 5 recipients per message',
  '552 RCPT limit reached',
  '452 enough (#4.5.3)',
  '452 enough',
  '451 4.3.0 Multiple destination domains per transaction is unsupported. Please try again.',
] as const;

describe.each([
  ['pipelined', []],
  ['one command at a time', ['PIPELINING']],
] as const)('where one transaction takes five recipients, %s', (_, hide) => {
  it.each(REPLIES)('the rest follows in further transactions of the same attempt: %s', async (reply) => {
    const sink = await aSink({ hide, ...limited(5, reply) });
    const result = await smtpTo(sink).send(aMail({ addresses: addresses(25) }));
    expect(result).toMatchObject({ outcome: 'provider_accepted', phase: 'final', reply: { code: 250 }, finalDotSent: true, error: null });
    expect(result.recipients.map(({ position, answer }) => [position, answer])).toEqual(
      Array.from({ length: 25 }, (_each, position) => [position, 'accepted']),
    );
    expect(sink.messages.map(({ recipients }) => recipients.length)).toEqual([5, 5, 5, 5, 5]);
    expect(sink.messages.flatMap(({ recipients }) => recipients)).toEqual(addresses(25));
    expect(new Set(sink.messages.map(({ raw }) => raw.toString())).size).toBe(1);
    expect(sink.connections).toBe(1);
  });

  it('no more are asked for once the limit is known, in this mail and the next on the connection', async () => {
    const script = limited(5, REPLIES[0]);
    const provider = smtpTo(await aSink({ hide, ...script }), { maxConnections: 1 });
    await provider.send(aMail({ addresses: addresses(12) }));
    expect(script.asked).toBe(12 + 5 + 2);
    await provider.send(aMail({ addresses: addresses(7) }));
    expect(script.asked).toBe(19 + 7);
  });

  it('each recipient has its own answer, in whichever transaction', async () => {
    const rcpt = (recipient: string) =>
      recipient === 'r3@example.com' ? '550 5.1.1 gone' : recipient === 'r8@example.com' ? '450 4.2.1 busy' : null;
    const sink = await aSink({ hide, ...limited(5, REPLIES[1], { rcpt }) });
    const result = await smtpTo(sink).send(aMail({ addresses: addresses(12) }));
    expect(result.outcome).toBe('provider_accepted');
    expect(result.recipients.map(({ answer }) => answer)).toEqual(
      addresses(12).map((_each, index) => (index === 3 ? 'permanent' : index === 8 ? 'transient' : 'accepted')),
    );
  });

  it.each([
    ['DATA', { data: () => '554 5.7.1 spam' }, 'data'],
    ['the message', { final: () => '554 5.7.1 spam' }, 'final'],
  ] as const)('a refusal of %s for good is one for all', async (_what, script, phase) => {
    const sink = await aSink({ hide, ...limited(5, REPLIES[0], script) });
    const result = await smtpTo(sink).send(aMail({ addresses: addresses(12) }));
    expect(result).toMatchObject({ outcome: 'permanent_rejected', phase, reply: { code: 554 } });
    expect(new Set(result.recipients.map(({ answer }) => answer))).toEqual(new Set(['permanent']));
  });

  it('a message that is put off leaves the rest to the next attempt', async () => {
    const sink = await aSink({ hide, ...limited(5, REPLIES[0], { final: () => '451 4.3.0 later' }) });
    const result = await smtpTo(sink).send(aMail({ addresses: addresses(12) }));
    expect(result).toMatchObject({ outcome: 'transient_rejected', phase: 'final', reply: { code: 451 } });
    expect(new Set(result.recipients.map(({ answer }) => answer))).toEqual(new Set(['transient']));
    expect(sink.messages).toHaveLength(1);
  });

  it.each([REPLIES[0], REPLIES[1]])('who is told so before anybody was accepted is put off, and nothing is sent: %s', async (reply) => {
    const sink = await aSink({ hide, rcpt: () => reply });
    const result = await smtpTo(sink).send(aMail({ addresses: addresses(3) }));
    expect(result).toMatchObject({ outcome: 'transient_rejected', phase: 'rcpt', finalDotSent: false });
    expect(result.recipients.map(({ answer }) => answer)).toEqual(['transient', 'transient', 'transient']);
    expect(sink.messages).toEqual([]);
  });

  it.each([
    ['452 Insufficient system storage', 'transient'],
    ['452 4.2.2 mailbox full', 'transient'],
    ['452 4.7.1 Too many recipients this hour', 'transient'],
    ['552 mailbox full', 'permanent'],
    ['552 5.2.2 over quota', 'permanent'],
  ] as const)('what is said of one recipient is no limit of the transaction: %s', async (reply, answer) => {
    const script = limited(5, REPLIES[0], { rcpt: (recipient) => (recipient === 'r1@example.com' ? reply : null) });
    const sink = await aSink({ hide, ...script });
    const result = await smtpTo(sink).send(aMail({ addresses: addresses(3) }));
    expect(result.recipients.map((each) => each.answer)).toEqual(['accepted', answer, 'accepted']);
    expect(script.asked).toBe(3);
  });

  it('a further transaction that takes nobody ends the attempt', async () => {
    let transactions = 0;
    const script: SinkScript = {
      mail: () => {
        transactions += 1;
        return null;
      },
      rcpt: (recipient) => (transactions > 1 || recipient === 'r2@example.com' ? REPLIES[1] : null),
    };
    const sink = await aSink({ hide, ...script });
    const result = await smtpTo(sink).send(aMail({ addresses: addresses(3) }));
    expect(result).toMatchObject({ outcome: 'provider_accepted', phase: 'final' });
    expect(result.recipients.map(({ answer }) => answer)).toEqual(['accepted', 'accepted', 'transient']);
    expect(transactions).toBe(2);
  });

  /** Takes two recipients at a time, and does what the script says from the second transaction on. */
  const inSecond = (script: Pick<SinkScript, 'mail' | 'rcpt' | 'data' | 'final'>): SinkScript => {
    let transactions = 0;
    return limited(2, REPLIES[1], {
      mail: (...told) => ((transactions += 1) > 1 ? (script.mail?.(...told) ?? null) : null),
      rcpt: (...told) => (transactions > 1 ? (script.rcpt?.(...told) ?? null) : null),
      data: (...told) => (transactions > 1 ? (script.data?.(...told) ?? null) : null),
      final: (...told) => (transactions > 1 ? (script.final?.(...told) ?? null) : null),
    });
  };
  const never = (): Promise<null> => new Promise(() => {});
  it.each<[string, SinkScript, RecipientAnswer]>([
    ['the connection is lost at MAIL', { mail: () => 'disconnect' }, 'untried'],
    ['the connection is lost at RCPT', { rcpt: () => 'disconnect' }, 'untried'],
    ['the connection is lost after the final dot', { final: () => 'disconnect' }, 'uncertain'],
    ['time is up at DATA', { data: never }, 'untried'],
    ['time is up after the final dot', { final: never }, 'uncertain'],
    ['MAIL is refused for good', { mail: () => '550 5.7.1 one transaction a connection' }, 'transient'],
    ['the server is leaving', { mail: () => '421 4.4.5 enough' }, 'transient'],
  ])('who was accepted stays accepted when in the next transaction %s', async (_what, script, answer) => {
    const sink = await aSink({ hide, ...inSecond(script) });
    const result = await smtpTo(sink, { timeoutMs: 600 }).send(aMail({ addresses: addresses(4) }));
    expect(result).toMatchObject({ outcome: 'provider_accepted', phase: 'final', finalDotSent: true });
    expect(result.recipients.map((each) => each.answer)).toEqual(['accepted', 'accepted', answer, answer]);
  });
});

it('what does not fit into the time of the attempt is open for the next', async () => {
  const final = () => new Promise<null>((resolve) => setTimeout(() => resolve(null), 150));
  const sink = await aSink(limited(1, REPLIES[1], { final }));
  const result = await smtpTo(sink, { timeoutMs: 700 }).send(aMail({ addresses: addresses(25) }));
  expect(result.outcome).toBe('provider_accepted');
  const accepted = result.recipients.filter(({ answer }) => answer === 'accepted').length;
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBeLessThan(25);
  expect(result.recipients.filter(({ answer }) => answer === 'permanent')).toEqual([]);
});

it('a reply too many in the second transaction costs nobody of the first', async () => {
  const server = await aRawServer(async (peer) => {
    await peer.greet();
    const say = async (...replies: string[]) => {
      for (const reply of replies) {
        await peer.line();
        peer.say(reply);
      }
    };
    await say('250 ok', '250 ok', '452 4.5.3 too many', '354 go');
    await peer.untilDot();
    peer.say('250 ok');
    await peer.line();
    peer.say('what?');
    await peer.gone();
  });
  const result = await smtpTo(server).send(aMail({ addresses: addresses(2) }));
  expect(result).toMatchObject({ outcome: 'provider_accepted', phase: 'final' });
  expect(result.recipients.map(({ answer }) => answer)).toEqual(['accepted', 'untried']);
});
