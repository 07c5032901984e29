import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

/** A port that nobody listens on. */
async function aFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a server that cannot be used is our trouble: transport_failed, whatever class its refusal has', () => {
  it('nobody listens', async () => {
    const port = await aFreePort();
    const result = await smtpTo({ host: '127.0.0.1', port }).send(aMail());
    expect(result).toMatchObject({
      outcome: 'transport_failed',
      phase: 'connect',
      reply: null,
      recipients: [{ position: 0, answer: 'untried' }],
    });
    expect(result.error).toContain('ECONNREFUSED');
  });

  it('no such host', async () => {
    const result = await smtpTo({ host: 'no-such-host.invalid', port: 25 }).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'connect', reply: null });
  });

  it.each([
    ['421 4.3.2 too many', { code: 421, enhanced: '4.3.2', text: 'too many' }],
    ['554 5.7.1 not you', { code: 554, enhanced: '5.7.1', text: 'not you' }],
  ])('a banner that refuses: %s', async (banner, reply) => {
    const server = await aRawServer((peer) => peer.say(banner));
    expect(await smtpTo(server).send(aMail())).toMatchObject({ outcome: 'transport_failed', phase: 'greeting', reply, error: null });
  });

  it('a banner that is no SMTP', async () => {
    const server = await aRawServer((peer) => peer.say('SSH-2.0-OpenSSH_9.6'));
    const result = await smtpTo(server).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'greeting', reply: null });
    expect(result.error).toContain('SSH-2.0');
  });

  it('hung up on before the banner', async () => {
    const server = await aRawServer((peer) => void peer.socket.end());
    expect(await smtpTo(server).send(aMail())).toMatchObject({ outcome: 'transport_failed', phase: 'greeting', reply: null });
  });

  it.each(['421 4.3.2 bye', '550 5.7.1 bad name'])('EHLO refused, and HELO too: %s', async (reply) => {
    const server = await aRawServer(async (peer) => {
      peer.say('220 raw.test');
      for (;;) {
        await peer.line();
        peer.say(reply);
      }
    });
    const result = await smtpTo(server).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'ehlo', reply: { code: Number(reply.slice(0, 3)) } });
  });

  it('a wrong login: phase auth, and no credential in what is kept of it', async () => {
    const sink = await aSink({ auth: { username: 'mailer', password: 'right' } });
    const result = await smtpTo(sink, { username: 'mailer', password: 'hunter2secret' }).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', reply: { code: 535, enhanced: '5.7.8' } });
    expect(sink.messages).toEqual([]);
  });

  it('a server that repeats the credentials it refuses does not get them into the result', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('AUTH PLAIN');
      const command = await peer.line();
      peer.say(`535 5.7.8 no: ${command} for mailer with hunter2secret`);
      await peer.gone();
    });
    const result = await smtpTo(server, { username: 'mailer', password: 'hunter2secret' }).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', reply: { text: 'no: AUTH PLAIN *** for *** with ***' } });
    expect(JSON.stringify(result)).not.toMatch(/hunter2secret|mailer|bWFpbGVy/);
  });

  it('a login where the server offers none: phase auth', async () => {
    const result = await smtpTo(await aSink(), { username: 'mailer', password: 'secret' }).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', error: 'the server offers no AUTH' });
  });

  it('a right login sends', async () => {
    const sink = await aSink({ auth: { username: 'mailer', password: 'right' } });
    expect(await smtpTo(sink, { username: 'mailer', password: 'right' }).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
  });
});

it('EHLO says the name that is configured, and so does HELO where EHLO is not known', async () => {
  const said: string[] = [];
  const server = await aRawServer(async (peer) => {
    peer.say('220 raw.test');
    for (const reply of ['502 5.5.1 what?', '250 raw.test', '421 4.3.2 enough']) {
      said.push(await peer.line());
      peer.say(reply);
    }
  });
  await smtpTo(server, { ehloName: 'out.example.com' }).send(aMail());
  expect(said).toEqual(['EHLO out.example.com', 'HELO out.example.com', 'MAIL FROM:<noreply@mail.example.com>']);
});

describe('the time limit covers the whole attempt', () => {
  it('a server that says nothing: timed_out while greeting', async () => {
    const server = await aRawServer((peer) => peer.gone());
    const result = await smtpTo(server, { timeoutMs: 200 }).send(aMail());
    expect(result).toMatchObject({ outcome: 'timed_out', phase: 'greeting', error: 'no answer within 200 ms', finalDotSent: false });
  });

  it('a server that dribbles does not get more time by it', async () => {
    const server = await aRawServer(async (peer) => {
      const dribble = setInterval(() => peer.socket.write('2'), 20);
      await peer.gone();
      clearInterval(dribble);
    });
    const result = await smtpTo(server, { timeoutMs: 200 }).send(aMail());
    expect(result).toMatchObject({ outcome: 'timed_out', phase: 'greeting' });
  });

  it('replies in single octets are replies', async () => {
    const server = await aRawServer(async (peer) => {
      const slowly = (text: string) => [...Buffer.from(`${text}\r\n`)].forEach((octet) => peer.socket.write(Buffer.of(octet)));
      await peer.greet();
      for (const reply of ['250-2.1.0 böse', '250 2.1.5 ok', '354 go']) {
        if (!reply.startsWith('250 ')) await peer.line();
        slowly(reply);
      }
      await peer.gone();
    });
    const result = await smtpTo(server, { timeoutMs: 500 }).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'rcpt', error: 'an unexpected reply 354' });
  });
});
