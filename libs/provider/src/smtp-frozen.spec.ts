import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

const TIMEOUT_MS = 300;

/** Lets nothing else of this process run, its timers and sockets neither: as SIGSTOP does, or a garbage collection. */
const freeze = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TIMEOUT_MS + 100);

describe('a process that was frozen past its deadline', () => {
  it('hears the reply that came meanwhile: a mail that the server accepted is not uncertain', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('PIPELINING');
      for (let commands = 0; commands < 3; commands++) await peer.line();
      peer.say('250 ok', '250 ok', '354 go');
      await peer.untilDot();
      peer.say('250 queued');
      freeze();
      await peer.gone();
    });
    const result = await smtpTo(server, { timeoutMs: TIMEOUT_MS }).send(aMail());
    expect(result).toMatchObject({ outcome: 'provider_accepted', phase: 'final', reply: { code: 250, text: 'queued' } });
  });

  it('hears it over TLS as well', async () => {
    const sink = await aSink({
      final: () => {
        setImmediate(freeze);
        return null;
      },
    });
    expect(await smtpTo(sink, { timeoutMs: TIMEOUT_MS }).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
  });

  it('hears a refusal that came meanwhile', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      await peer.line();
      peer.say('550 5.7.1 not from you');
      freeze();
      await peer.gone();
    });
    const result = await smtpTo(server, { timeoutMs: TIMEOUT_MS }).send(aMail());
    expect(result).toMatchObject({ outcome: 'permanent_rejected', phase: 'mail', reply: { code: 550 } });
  });

  it('is out of time all the same where no reply has come', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('PIPELINING');
      for (let commands = 0; commands < 3; commands++) await peer.line();
      peer.say('250 ok', '250 ok', '354 go');
      await peer.untilDot();
      freeze();
      await peer.gone();
    });
    const result = await smtpTo(server, { timeoutMs: TIMEOUT_MS }).send(aMail());
    expect(result).toMatchObject({ outcome: 'uncertain', phase: 'final', error: `no answer within ${TIMEOUT_MS} ms` });
  });
});
