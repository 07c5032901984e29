import { once } from 'node:events';
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { SINK_CERTIFICATE, SINK_PRIVATE_KEY } from '@mail/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';
import { aWireTap, type WireTap } from '../testing/wire-tap.js';

const known = getCACertificates('default');
const strict = { insecureSkipVerify: false, username: 'mailer', password: 'secret' };
const auth = { username: 'mailer', password: 'secret' };

/** As an operator does by NODE_EXTRA_CA_CERTS. The certificate is for `localhost`. */
function trustTheSink(): void {
  setDefaultCACertificates([...known, SINK_CERTIFICATE]);
}
afterEach(() => setDefaultCACertificates(known));

/** One connection, on which TLS records are all that follows STARTTLS: of types 20 to 23, of version 3.x (RFC 8446 5.1). */
function expectNothingInPlaintext({ said }: WireTap): void {
  expect(said).toHaveLength(1);
  const [all = Buffer.alloc(0)] = said;
  const plain = 'STARTTLS\r\n';
  let at = all.indexOf(plain) + plain.length;
  expect(all.toString('latin1', 0, at)).toMatch(/^EHLO \S+\r\nSTARTTLS\r\n$/);
  expect(all.length).toBeGreaterThan(at);
  while (at < all.length) {
    expect([all[at], all[at + 1]]).toEqual([expect.toBeOneOf([20, 21, 22, 23]), 3]);
    at += 5 + all.readUInt16BE(at + 3);
  }
}

describe('TLS is required, and its certificate verified', () => {
  it('a trusted certificate for the host: sent by STARTTLS', async () => {
    trustTheSink();
    const sink = await aSink({ auth });
    const result = await smtpTo({ host: 'localhost', port: sink.port }, strict).send(aMail());
    expect(result).toMatchObject({ outcome: 'provider_accepted' });
  });

  it('an untrusted certificate: transport_failed at starttls, nothing said', async () => {
    const tap = await aWireTap(await aSink({ auth }));
    const result = await smtpTo({ host: 'localhost', port: tap.port }, strict).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'starttls', reply: null });
    expect(result.error).toContain('self-signed certificate');
    expectNothingInPlaintext(tap);
  });

  it('a trusted certificate for another name: transport_failed at starttls', async () => {
    trustTheSink();
    const tap = await aWireTap(await aSink({ auth }));
    const result = await smtpTo(tap, strict).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'starttls' });
    expect(result.error).toContain("127.0.0.1 is not in the cert's list");
    expectNothingInPlaintext(tap);
  });

  it('TLS 1.1 is not enough', async () => {
    const sink = await aSink({ auth, tlsOptions: { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } });
    const tap = await aWireTap(sink);
    const result = await smtpTo(tap, { ...strict, insecureSkipVerify: true }).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'starttls' });
    expectNothingInPlaintext(tap);
  });

  it('no STARTTLS offered: transport_failed at starttls, and neither login nor mail was said', async () => {
    const said: string[] = [];
    const server = await aRawServer(async (peer) => {
      said.push(await peer.greet('AUTH PLAIN LOGIN'));
      for (;;) {
        said.push(await peer.line());
        peer.say('502 5.5.1 not here');
      }
    });
    const result = await smtpTo(server, strict).send(aMail());
    expect(result).toMatchObject({
      outcome: 'transport_failed',
      phase: 'starttls',
      reply: { code: 502 },
      error: 'the server did not start TLS, which is required',
    });
    expect(said.map((line) => line.split(' ', 1)[0])).toEqual(['EHLO', 'STARTTLS']);
  });

  it('STARTTLS offered and then refused: transport_failed, even where plaintext would do', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('STARTTLS');
      await peer.line();
      peer.say('454 4.7.0 not now');
      await peer.gone();
    });
    const result = await smtpTo(server).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'starttls', reply: { code: 454, enhanced: '4.7.0' } });
  });

  it('a handshake that never comes to its end: timed_out at starttls', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('STARTTLS');
      await peer.line();
      peer.say('220 go on');
      await peer.gone();
    });
    expect(await smtpTo(server, { timeoutMs: 300 }).send(aMail())).toMatchObject({ outcome: 'timed_out', phase: 'starttls' });
  });

  it.each([
    ['a whole reply', '250-raw.test\r\n250 AUTH PLAIN\r\n'],
    ['a part of one', '250-raw.te'],
    ['a refusal', '421 4.3.2 bye\r\n'],
  ])('%s that is injected in plaintext behind the 220 of STARTTLS loses the session, and no byte follows', async (_, injected) => {
    const after: string[] = [];
    const server = await aRawServer(async (peer) => {
      await peer.greet('STARTTLS');
      await peer.line();
      peer.socket.on('data', (chunk: Buffer) => after.push(chunk.toString('latin1')));
      peer.socket.write(`220 go on\r\n${injected}`);
      await peer.gone();
    });
    const result = await smtpTo(server, strict).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'starttls', reply: null, finalDotSent: false });
    expect(after).toEqual([]);
  });

  it('what is injected in plaintext behind the answer to STARTTLS breaks the handshake, however late it comes', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('STARTTLS');
      await peer.line();
      const hello = once(peer.socket, 'data');
      peer.say('220 go on');
      await hello;
      peer.say('250-raw.test', '250 AUTH PLAIN');
      await peer.gone();
    });
    expect(await smtpTo(server, strict).send(aMail())).toMatchObject({ outcome: 'transport_failed', phase: 'starttls' });
  });

  it('what was offered in plaintext is not what counts under TLS', async () => {
    const said: string[] = [];
    const server = await aRawServer(async (peer) => {
      await peer.greet('STARTTLS', 'AUTH PLAIN', 'SMTPUTF8');
      await peer.line();
      peer.say('220 go on');
      peer.socket.removeAllListeners('data');
      const secured = new TLSSocket(peer.socket, { isServer: true, key: SINK_PRIVATE_KEY, cert: SINK_CERTIFICATE });
      secured.on('data', (chunk: Buffer) => {
        said.push(chunk.toString());
        secured.write(chunk.toString().startsWith('EHLO') ? '250-raw.test\r\n250 8BITMIME\r\n' : '500 what?\r\n');
      });
      secured.on('error', () => {});
      await peer.gone();
    });
    const result = await smtpTo(server, { ...auth, insecureSkipVerify: true }).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', error: 'the server offers no AUTH' });
    expect(said).toEqual(['EHLO client.test\r\n']);
  });
});

describe('with verification off, for local development', () => {
  it('any certificate will do', async () => {
    const sink = await aSink({ auth });
    expect(await smtpTo(sink, { ...strict, insecureSkipVerify: true }).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
  });

  it('plaintext will do where STARTTLS is not offered, with a login too', async () => {
    const sink = await aSink({ auth, tls: 'none' });
    expect(await smtpTo(sink, { ...strict, insecureSkipVerify: true }).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
  });
});
