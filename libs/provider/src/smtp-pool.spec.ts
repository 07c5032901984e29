import { startSmtpSink } from '@mail/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

/** A promise to be resolved from outside. */
function gate(): { opened: Promise<null>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<null>((resolve) => (open = () => resolve(null)));
  return { opened, open };
}

describe('connections', () => {
  it('are used again', async () => {
    const sink = await aSink();
    const provider = smtpTo(sink);
    for (let mail = 0; mail < 5; mail++) await provider.send(aMail());
    expect(sink.connections).toBe(1);
    expect(sink.messages).toHaveLength(5);
  });

  it('do not gather listeners, however many mails they carry', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.message);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const sink = await aSink();
    const provider = smtpTo(sink);
    for (let mail = 0; mail < 30; mail++) await provider.send(aMail());
    expect(sink.connections).toBe(1);
    // Warnings come in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });

  it('are never more than allowed, and each carries one mail at a time', async () => {
    let inFlight = 0;
    let most = 0;
    const three = gate();
    const sink = await aSink({
      // The first waits for the third: however slow it is to connect, all are in use at once.
      mail: () => {
        most = Math.max(most, ++inFlight);
        if (inFlight === 3) three.open();
        return three.opened;
      },
      final: () => {
        inFlight--;
        return null;
      },
    });
    const provider = smtpTo(sink, { maxConnections: 3 });
    const results = await Promise.all(Array.from({ length: 20 }, () => provider.send(aMail())));
    expect(results.every(({ outcome }) => outcome === 'provider_accepted')).toBe(true);
    expect(sink.connections).toBe(3);
    expect(most).toBe(3);
  });

  it('a slow mail holds up no other', async () => {
    const slow = gate();
    const sink = await aSink({ rcpt: (recipient) => (recipient === 'slow@example.com' ? slow.opened : null) });
    const provider = smtpTo(sink);
    const held = provider.send(aMail({ addresses: ['slow@example.com'] }));
    for (let mail = 0; mail < 3; mail++) expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    slow.open();
    expect(await held).toMatchObject({ outcome: 'provider_accepted' });
  });
});

describe('a kept connection that turns out to be over is no failure of the attempt', () => {
  it('closed by the server while idle', async () => {
    const sink = await aSink();
    const provider = smtpTo(sink);
    await provider.send(aMail());
    sink.drop();
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(sink.connections).toBe(2);
  });

  it('the server gone and come back on its port', async () => {
    const first = await startSmtpSink();
    const provider = smtpTo(first);
    await provider.send(aMail());
    await first.close();
    const second = await aSink({ port: first.port });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(second.messages).toHaveLength(1);
  });

  it.each(['421 4.4.2 idle for too long', null])('answered with %s when MAIL comes', async (farewell) => {
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      for (const reply of ['250 ok', '250 ok', '354 go']) {
        await peer.line();
        peer.say(reply);
      }
      await peer.untilDot();
      peer.say('250 queued');
      await peer.line();
      if (farewell !== null) peer.say(farewell);
      peer.socket.end();
    });
    const provider = smtpTo(server);
    await provider.send(aMail());
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(server.connections).toBe(2);
  });

  it('but a second 421, on the fresh connection, is the answer: once is enough', async () => {
    let mails = 0;
    const sink = await aSink({ mail: () => (++mails === 1 ? null : '421 4.3.2 bye') });
    const provider = smtpTo(sink);
    await provider.send(aMail());
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'transient_rejected', phase: 'mail', reply: { code: 421 } });
    expect(sink.connections).toBe(2);
    expect(mails).toBe(3);
  });

  it('a server that refuses RSET gets a fresh connection', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      for (;;) {
        const line = await peer.line();
        if (line.startsWith('RSET')) peer.say('500 what?');
        else if (line.startsWith('RCPT') && peer.number === 1) peer.say('550 5.1.1 gone');
        else if (line.startsWith('DATA')) {
          peer.say('354 go');
          await peer.untilDot();
          peer.say('250 queued');
        } else peer.say('250 ok');
      }
    });
    const provider = smtpTo(server, { maxConnections: 1 });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'permanent_rejected' });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(server.connections).toBe(2);
  });
});

describe('a pipelining server that takes DATA with no recipient left', () => {
  it('gets a lone dot, no message (RFC 2920 3.1), and the next mail', async () => {
    const bodies: string[][] = [];
    const server = await aRawServer(async (peer) => {
      await peer.greet('PIPELINING');
      for (const rcpt of ['550 5.1.1 gone', '250 ok']) {
        for (let commands = 0; commands < 3; commands++) await peer.line();
        peer.say('250 ok', rcpt, '354 go');
        bodies.push(await peer.untilDot());
        peer.say('250 queued');
        if (rcpt.startsWith('550')) {
          expect(await peer.line()).toBe('RSET');
          peer.say('250 ok');
        }
      }
      await peer.line();
      peer.say('221 bye');
    });
    const provider = smtpTo(server, { maxConnections: 1 });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'permanent_rejected', phase: 'rcpt', finalDotSent: false });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(bodies[0]).toEqual(['.']);
    expect(server.connections).toBe(1);
  });

  it('or without a sender is not trusted with another', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('PIPELINING');
      for (let commands = 0; commands < 3; commands++) await peer.line();
      peer.say('550 5.7.1 no', '503 no', '354 go');
      await peer.gone();
    });
    const provider = smtpTo(server);
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'permanent_rejected', phase: 'mail', reply: { text: 'no' } });
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'permanent_rejected' });
    expect(server.connections).toBe(2);
  });
});

describe('close', () => {
  it('lets the mail in flight end, then says QUIT', async () => {
    const said: string[] = [];
    const final = gate();
    const inFinal = gate();
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      for (const reply of ['250 ok', '250 ok', '354 go']) {
        await peer.line();
        peer.say(reply);
      }
      await peer.untilDot();
      inFinal.open();
      await final.opened;
      peer.say('250 queued');
      said.push(await peer.line());
      peer.say('221 bye');
    });
    const provider = smtpTo(server);
    const sent = provider.send(aMail());
    await inFinal.opened;
    const closed = provider.close();
    final.open();
    expect(await sent).toMatchObject({ outcome: 'provider_accepted' });
    await closed;
    expect(said).toEqual(['QUIT']);
  });

  it('and sends nothing afterwards', async () => {
    const sink = await aSink();
    const provider = smtpTo(sink, { timeoutMs: 300 });
    await provider.close();
    const late = Promise.race([provider.send(aMail()), new Promise((resolve) => setImmediate(resolve, 'waits for ever'))]);
    await expect(late).rejects.toThrow('the provider is closed');
    expect(sink.connections).toBe(0);
  });

  it('of an idle connection comes by itself, when its time is up', async () => {
    const said: string[] = [];
    const left = gate();
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      for (const reply of ['250 ok', '250 ok', '354 go']) {
        await peer.line();
        peer.say(reply);
      }
      await peer.untilDot();
      peer.say('250 queued');
      said.push(await peer.line());
      peer.say('221 bye');
      await peer.gone();
      left.open();
    });
    await smtpTo(server, { idleMs: 50 }).send(aMail());
    await left.opened;
    expect(said).toEqual(['QUIT']);
  });
});
