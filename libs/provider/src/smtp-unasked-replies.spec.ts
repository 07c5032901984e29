import type { RawPeer } from '@mail/testing';
import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

type Phase = 'greeting' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'final';

/** What an honest server says in each phase, in the order of a dialogue without pipelining. */
const HONEST: readonly (readonly [Phase, string])[] = [
  ['greeting', '220 raw.test ESMTP'],
  ['ehlo', '250 raw.test'],
  ['mail', '250 2.1.0 ok'],
  ['rcpt', '250 2.1.5 ok'],
  ['data', '354 go on'],
  ['final', '250 2.0.0 queued'],
];

/** Says what is honest up to a phase, and then what the test says; whatever the client says afterwards is not answered. */
async function misbehaveAt(peer: RawPeer, phase: Phase, misbehave: (honest: string) => unknown): Promise<void> {
  for (const [at, honest] of HONEST) {
    if (at === 'final') await peer.untilDot();
    else if (at !== 'greeting') await peer.line();
    if (at === phase) {
      await misbehave(honest);
      return peer.gone();
    }
    peer.say(honest);
  }
}

/** Writes for as long as the client takes it. */
async function flood(peer: RawPeer, text: string): Promise<void> {
  const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
  while (!peer.socket.destroyed) {
    if (peer.socket.write(chunk)) await new Promise((resolve) => setImmediate(resolve));
    else await Promise.race([peer.gone(), new Promise((resolve) => peer.socket.once('drain', resolve))]);
  }
}

const BEFORE_THE_DOT = { outcome: 'transport_failed', reply: null, finalDotSent: false, recipients: [{ answer: 'untried', reply: null }] };
const AFTER_THE_DOT = { outcome: 'uncertain', reply: null, finalDotSent: true, recipients: [{ answer: 'uncertain', reply: null }] };
const expected = (phase: Phase) => (phase === 'final' ? AFTER_THE_DOT : BEFORE_THE_DOT);

describe.each(HONEST.map(([phase]) => phase))('a server that says more replies than there are commands: %s', (phase) => {
  it.each(['250 2.0.0 ok', '550 5.7.1 no', '354 go on'])('one more (%s) loses the session, and refuses nobody', async (extra) => {
    const server = await aRawServer((peer) => misbehaveAt(peer, phase, (honest) => peer.say(honest, extra)));
    expect(await smtpTo(server).send(aMail())).toMatchObject(expected(phase));
  });

  it.each(['250 2.0.0 ok', '550 5.7.1 no'])('one before its answer (%s) loses the session, and refuses nobody', async (extra) => {
    const server = await aRawServer((peer) => misbehaveAt(peer, phase, (honest) => peer.say(extra, honest)));
    expect(await smtpTo(server).send(aMail())).toMatchObject(expected(phase));
  });

  it('replies without end are neither kept nor taken for answers', async () => {
    const before = process.memoryUsage().rss;
    const server = await aRawServer((peer) => misbehaveAt(peer, phase, () => flood(peer, '550 5.7.1 no\r\n')));
    expect(await smtpTo(server).send(aMail())).toMatchObject(expected(phase));
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
  });

  it.each([
    ['a line without its end', 'x'],
    ['a reply whose last line never comes', '250-and more\r\n'],
    ['null octets', '\0'],
    ['empty lines', '\r\n'],
  ])('%s, without end, loses the session', async (_, endless) => {
    const server = await aRawServer((peer) => misbehaveAt(peer, phase, () => flood(peer, endless)));
    expect(await smtpTo(server).send(aMail())).toMatchObject(expected(phase));
  });
});

it('replies that come before their commands were said are not their answers', async () => {
  const server = await aRawServer(async (peer) => {
    peer.say(...HONEST.map(([, reply]) => reply));
    await peer.gone();
  });
  expect(await smtpTo(server).send(aMail())).toMatchObject({ ...BEFORE_THE_DOT, phase: 'greeting' });
});

describe('a pipelining server', () => {
  const pipelining = (replies: readonly string[]) =>
    aRawServer(async (peer) => {
      await peer.greet('PIPELINING');
      for (let commands = 0; commands < 3; commands++) await peer.line();
      for (const reply of replies) {
        peer.say(reply);
        // Each in a segment of its own.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await peer.gone();
    });

  it.each([
    ['a refusal too many behind MAIL', ['250 ok', '550 5.1.1 unasked', '250 ok', '354 go']],
    ['a refusal too many before MAIL', ['550 5.1.1 unasked', '250 ok', '250 ok', '354 go']],
    ['an acceptance too many behind RCPT', ['250 ok', '250 ok', '250 unasked', '354 go']],
  ])('that says %s refuses nobody', async (_, replies) => {
    expect(await smtpTo(await pipelining(replies)).send(aMail())).toMatchObject(BEFORE_THE_DOT);
  });
});

describe('a kept session on which the server speaks', () => {
  it.each(['250 ok\r\n', '550 5.7.1 no\r\n', '421 4.4.2 idle\r\n', '250-half', 'x'])(
    '%j: is closed, and the next mail gets another',
    async (unasked) => {
      let closed = (): void => {};
      const isClosed = new Promise<void>((resolve) => (closed = resolve));
      const server = await aRawServer(async (peer) => {
        await peer.greet();
        for (const reply of ['250 ok', '250 ok', '354 go']) {
          await peer.line();
          peer.say(reply);
        }
        await peer.untilDot();
        peer.say('250 queued');
        await new Promise((resolve) => setImmediate(resolve));
        if (peer.number === 1) peer.socket.write(unasked);
        await peer.gone();
        closed();
      });
      const provider = smtpTo(server, { maxConnections: 1 });
      expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
      await isClosed;
      expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
      expect(server.connections).toBe(2);
    },
  );
});

it('a 421 behind the answer announces the end of the connection, and takes nothing back', async () => {
  const server = await aRawServer((peer) => misbehaveAt(peer, 'final', (honest) => peer.say(honest, '421 4.3.2 shutting down')));
  expect(await smtpTo(server).send(aMail())).toMatchObject({ outcome: 'provider_accepted', reply: { code: 250, text: 'queued' } });
});

it('a message that is answered twice before its end is not refused', async () => {
  const content = Buffer.alloc(20 * 1024 * 1024);
  const server = await aRawServer(async (peer) => {
    await peer.greet();
    for (const reply of ['250 ok', '250 ok', '354 go']) {
      await peer.line();
      peer.say(reply);
    }
    await peer.line();
    peer.say('552 5.3.4 enough', '552 5.3.4 enough');
    peer.socket.pause();
    await peer.gone();
  });
  const mail = aMail({ attachments: [{ filename: 'zero', contentType: 'application/octet-stream', content }] });
  expect(await smtpTo(server).send(mail)).toMatchObject({ ...BEFORE_THE_DOT, phase: 'body' });
});
