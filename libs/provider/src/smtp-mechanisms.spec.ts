import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

const credentials = { username: 'mailer', password: 'hunter2secret' };

/** A server that answers AUTH by mechanism, and then no mail; `tried` has the mechanisms in turn. */
async function loginsAt(offer: readonly string[], answers: Readonly<Record<string, string>>) {
  const tried: string[] = [];
  const server = await aRawServer(async (peer) => {
    await peer.greet(...offer);
    for (;;) {
      const [verb, mechanism = ''] = (await peer.line()).split(' ');
      if (verb !== 'AUTH') return peer.say('421 4.3.2 that will do');
      tried.push(mechanism);
      peer.say(answers[mechanism] ?? '235 2.7.0 welcome');
    }
  });
  const result = await smtpTo(server, credentials).send(aMail());
  return { tried, result };
}

describe('a mechanism that the server offers is used, the strongest first, and no other', () => {
  it.each([
    [['AUTH LOGIN PLAIN CRAM-MD5'], 'CRAM-MD5'],
    [['AUTH LOGIN PLAIN'], 'PLAIN'],
    [['AUTH login'], 'LOGIN'],
    [['AUTH=LOGIN PLAIN'], 'PLAIN'],
    [['AUTH GSSAPI NTLM', 'AUTH=PLAIN'], 'PLAIN'],
  ])('%j: %s', async (offer, mechanism) => {
    const { tried } = await loginsAt(offer, {});
    expect(tried).toEqual([mechanism]);
  });

  it('none is said where none of ours is offered', async () => {
    const { tried, result } = await loginsAt(['AUTH GSSAPI NTLM XOAUTH2'], {});
    expect(tried).toEqual([]);
    expect(result).toMatchObject({
      outcome: 'transport_failed',
      phase: 'auth',
      reply: null,
      error: 'the server offers AUTH by GSSAPI, NTLM, XOAUTH2, and none of CRAM-MD5, PLAIN, LOGIN',
    });
  });
});

describe('a mechanism that is refused as such is followed by the next', () => {
  it.each(['504 5.5.4 unrecognized authentication type', '534 5.7.9 mechanism is too weak'])('%s', async (refusal) => {
    const { tried } = await loginsAt(['AUTH LOGIN PLAIN CRAM-MD5'], { 'CRAM-MD5': refusal, PLAIN: refusal });
    expect(tried).toEqual(['CRAM-MD5', 'PLAIN', 'LOGIN']);
  });

  it('the last refusal is the answer', async () => {
    const { tried, result } = await loginsAt(['AUTH LOGIN PLAIN'], { PLAIN: '504 5.5.4 no', LOGIN: '534 5.7.9 neither' });
    expect(tried).toEqual(['PLAIN', 'LOGIN']);
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', reply: { code: 534, enhanced: '5.7.9', text: 'neither' } });
  });

  it.each(['535 5.7.8 wrong', '454 4.7.0 later', '530 5.7.0 TLS first', '500 what?'])('but not the credentials: %s', async (refusal) => {
    const { tried, result } = await loginsAt(['AUTH LOGIN PLAIN CRAM-MD5'], { 'CRAM-MD5': refusal });
    expect(tried).toEqual(['CRAM-MD5']);
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', reply: { code: Number(refusal.slice(0, 3)) } });
  });
});

it('a login that the server never ends is given up', async () => {
  const said: string[] = [];
  const server = await aRawServer(async (peer) => {
    await peer.greet('AUTH LOGIN');
    for (;;) {
      said.push(await peer.line());
      peer.say('334 VXNlcm5hbWU6');
    }
  });
  const result = await smtpTo(server, credentials).send(aMail());
  expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', reply: null, error: 'a login without end' });
  expect(said.slice(3)).toEqual(['*']);
});

it('a server that ignores the initial response is given it when it asks', async () => {
  const said: string[] = [];
  const server = await aRawServer(async (peer) => {
    await peer.greet('AUTH PLAIN');
    for (const reply of ['334 ', '235 ok', '421 enough']) {
      said.push(await peer.line());
      peer.say(reply);
    }
  });
  await smtpTo(server, credentials).send(aMail());
  const response = Buffer.from('\0mailer\0hunter2secret').toString('base64');
  expect(said.slice(0, 2)).toEqual([`AUTH PLAIN ${response}`, response]);
});
