import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

const two = aMail({ addresses: ['a@example.com', 'b@example.com'] });
const never = () => new Promise<null>(() => {});

describe('before the final dot, a lost connection means that nothing is out', () => {
  it.each([
    ['mail', { mail: () => 'disconnect' as const }],
    ['rcpt', { rcpt: () => 'disconnect' as const }],
    ['data', { data: () => 'disconnect' as const }],
  ] as const)('lost at %s: transport_failed, every recipient untried', async (phase, script) => {
    const result = await smtpTo(await aSink(script)).send(two);
    expect(result).toMatchObject({ outcome: 'transport_failed', phase, reply: null, finalDotSent: false });
    expect(result.error).toBeTruthy();
    expect(result.recipients.map(({ answer }) => answer)).toEqual(['untried', 'untried']);
  });

  it('who was refused before stays refused', async () => {
    const sink = await aSink({ rcpt: (recipient) => (recipient === 'a@example.com' ? '550 5.1.1 gone' : 'disconnect') });
    const result = await smtpTo(sink).send(two);
    expect(result).toMatchObject({ outcome: 'transport_failed', recipients: [{ answer: 'permanent' }, { answer: 'untried' }] });
  });

  it.each([
    ['mail', { mail: never }],
    ['rcpt', { rcpt: never }],
    ['data', { data: never }],
  ] as const)('silent at %s until the time is up: timed_out', async (phase, script) => {
    const result = await smtpTo(await aSink(script), { timeoutMs: 400 }).send(two);
    expect(result).toMatchObject({ outcome: 'timed_out', phase, finalDotSent: false, error: 'no answer within 400 ms' });
    expect(result.recipients.map(({ answer }) => answer)).toEqual(['untried', 'untried']);
  });

  it('a body that the server does not read: timed_out in the body, since its dot did not go out', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      for (const reply of ['250 ok', '250 ok', '354 go']) {
        await peer.line();
        peer.say(reply);
      }
      peer.socket.pause();
      await peer.gone();
    });
    const content = Buffer.alloc(20 * 1024 * 1024);
    const mail = aMail({ attachments: [{ filename: 'zero', contentType: 'application/octet-stream', content }] });
    const result = await smtpTo(server, { timeoutMs: 1_500 }).send(mail);
    expect(result).toMatchObject({ outcome: 'timed_out', phase: 'body', finalDotSent: false });
  });

  it('a refusal in the middle of the body answers the recipients, and the mail is not finished', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      for (const reply of ['250 ok', '250 ok', '354 go']) {
        await peer.line();
        peer.say(reply);
      }
      await peer.line();
      peer.say('552 5.3.4 enough');
      peer.socket.pause();
      await peer.gone();
    });
    const content = Buffer.alloc(20 * 1024 * 1024);
    const result = await smtpTo(server).send(
      aMail({ attachments: [{ filename: 'zero', contentType: 'application/octet-stream', content }] }),
    );
    expect(result).toMatchObject({
      outcome: 'permanent_rejected',
      phase: 'body',
      reply: { code: 552, enhanced: '5.3.4' },
      finalDotSent: false,
    });
  });
});

describe('after the final dot, a missing answer means that the mail may be out', () => {
  it('lost: uncertain', async () => {
    const sink = await aSink({ rcpt: (recipient) => (recipient === 'b@example.com' ? '450 busy' : null), final: () => 'disconnect' });
    const result = await smtpTo(sink).send(two);
    expect(result).toMatchObject({ outcome: 'uncertain', phase: 'final', reply: null, finalDotSent: true });
    expect(result.recipients.map(({ answer }) => answer)).toEqual(['uncertain', 'transient']);
    expect(sink.messages).toMatchObject([{ replied: false }]);
  });

  it('silent until the time is up: uncertain, though the server may answer later', async () => {
    let release = (_answer: null): void => {};
    const sink = await aSink({ final: () => new Promise<null>((resolve) => (release = resolve)) });
    const result = await smtpTo(sink, { timeoutMs: 400 }).send(two);
    expect(result).toMatchObject({ outcome: 'uncertain', phase: 'final', finalDotSent: true, error: 'no answer within 400 ms' });
    release(null);
    expect(sink.messages).toHaveLength(1);
  });

  it.each(['what?', '354 go on', '2500 ok'])('no SMTP (%s): uncertain', async (garbage) => {
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      for (const reply of ['250 ok', '250 ok', '354 go']) {
        await peer.line();
        peer.say(reply);
      }
      await peer.untilDot();
      peer.say(garbage);
      await peer.gone();
    });
    const result = await smtpTo(server).send(aMail());
    expect(result).toMatchObject({ outcome: 'uncertain', phase: 'final', finalDotSent: true, recipients: [{ answer: 'uncertain' }] });
  });

  it('a mail that was accepted stays accepted, whatever garbage follows', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('PIPELINING');
      for (let commands = 0; commands < 3; commands++) await peer.line();
      peer.say('250 ok', '250 ok', '354 go');
      await peer.untilDot();
      peer.say('250 queued', 'and a good day to you');
      await peer.gone();
    });
    expect(await smtpTo(server).send(aMail())).toMatchObject({ outcome: 'provider_accepted', reply: { text: 'queued' } });
  });
});

describe('421 closes the connection and is transient wherever it comes', () => {
  it.each([
    ['mail', { mail: () => '421 4.3.2 bye' }, ['transient', 'transient']],
    ['rcpt', { rcpt: (recipient: string) => (recipient === 'b@example.com' ? '421 4.3.2 bye' : null) }, ['untried', 'transient']],
    ['data', { data: () => '421 4.3.2 bye' }, ['transient', 'transient']],
    ['final', { final: () => '421 4.3.2 bye' }, ['transient', 'transient']],
  ] as const)('at %s', async (phase, script, answers) => {
    const sink = await aSink(script);
    const result = await smtpTo(sink).send(two);
    expect(result).toMatchObject({ outcome: 'transient_rejected', phase, reply: { code: 421, enhanced: '4.3.2', text: 'bye' } });
    expect(result.recipients.map(({ answer }) => answer)).toEqual(answers);
    expect(sink.connections).toBe(1);
  });
});
