import { createHmac } from 'node:crypto';
import type { RawPeer } from '@mail/testing';
import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

const credentials = { username: 'mailer', password: 'hunter2secret' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Takes one mail, after the login. */
async function takeMail(peer: RawPeer): Promise<void> {
  for (const reply of ['250 ok', '250 ok', '354 go']) {
    await peer.line();
    peer.say(reply);
  }
  await peer.untilDot();
  peer.say('250 queued');
}

describe('a login by whatever the server offers', () => {
  it('LOGIN alone: name and password, each when asked for', async () => {
    const said: string[] = [];
    const server = await aRawServer(async (peer) => {
      await peer.greet('AUTH LOGIN');
      for (const reply of ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6', '235 2.7.0 welcome']) {
        said.push(await peer.line());
        peer.say(reply);
      }
      await takeMail(peer);
    });
    expect(await smtpTo(server, credentials).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(said).toEqual(['AUTH LOGIN', base64('mailer'), base64('hunter2secret')]);
  });

  it('CRAM-MD5 alone: the password proves itself, and is not said (RFC 2195)', async () => {
    const challenge = '<1896.697170952@raw.test>';
    const said: string[] = [];
    const server = await aRawServer(async (peer) => {
      await peer.greet('AUTH CRAM-MD5');
      for (const reply of [`334 ${base64(challenge)}`, '235 2.7.0 welcome']) {
        said.push(await peer.line());
        peer.say(reply);
      }
      await takeMail(peer);
    });
    expect(await smtpTo(server, credentials).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    const proof = createHmac('md5', 'hunter2secret').update(challenge).digest('hex');
    expect(said).toEqual(['AUTH CRAM-MD5', base64(`mailer ${proof}`)]);
  });
});

it.each([
  ['the name', 0],
  ['the password', 1],
])('LOGIN refused after %s: transport_failed at auth, no credential in the result, and no mail said', async (_, step) => {
  const after: string[] = [];
  const server = await aRawServer(async (peer) => {
    await peer.greet('AUTH LOGIN');
    await peer.line();
    peer.say('334 VXNlcm5hbWU6');
    let line = await peer.line();
    if (step === 1) {
      peer.say('334 UGFzc3dvcmQ6');
      line = await peer.line();
    }
    peer.say(`535 5.7.8 not with ${line}`);
    for (;;) after.push(await peer.line());
  });
  const result = await smtpTo(server, credentials).send(aMail());
  expect(result).toMatchObject({
    outcome: 'transport_failed',
    phase: 'auth',
    reply: { code: 535, enhanced: '5.7.8' },
    finalDotSent: false,
  });
  expect(JSON.stringify(result)).not.toMatch(/mailer|hunter2secret|bWFpbGVy|aHVudGVyMnNlY3JldA/);
  expect(after.filter((line) => /^(MAIL|RCPT|DATA)/i.test(line))).toEqual([]);
});

it.each(['454 4.7.0 try later', '535 5.7.8 wrong', '530 5.7.0 TLS first'])(
  'a login answered %s is our trouble, not the mail’s',
  async (reply) => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('AUTH PLAIN');
      await peer.line();
      peer.say(reply);
      await peer.gone();
    });
    const result = await smtpTo(server, credentials).send(aMail({ addresses: ['a@example.com', 'b@example.com'] }));
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', reply: { code: Number(reply.slice(0, 3)) } });
    expect(result.recipients.map(({ answer }) => answer)).toEqual(['untried', 'untried']);
  },
);

it.each(['530 5.7.0 Authentication required', '535 5.7.8 Credentials invalid', '538 5.7.11 Encryption required'])(
  'a login that was lost on a kept connection is made again on a fresh one, in the same attempt: %s',
  async (refusal) => {
    let mails = 0;
    const sink = await aSink({ mail: () => ((mails += 1) === 2 ? refusal : null) });
    const provider = smtpTo(sink, { maxConnections: 1 });
    await provider.send(aMail());
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect([mails, sink.connections]).toEqual([3, 2]);
  },
);

it('a connection whose login was refused at MAIL serves no other mail', async () => {
  const sink = await aSink({ mail: () => '534 5.7.9 Mechanism too weak' });
  const provider = smtpTo(sink, { maxConnections: 1 });
  expect(await provider.send(aMail())).toMatchObject({ phase: 'mail', reply: { code: 534 } });
  await provider.send(aMail());
  expect(sink.connections).toBe(2);
});
