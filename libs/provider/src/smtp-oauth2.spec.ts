import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SINK_CERTIFICATE, type RawPeer } from '@mail/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';
import { aTokenServer, type TokenAnswer, type TokenServer } from '../testing/token-server.js';

const USERNAME = 'no-reply@example.com';
const SECRET = 'client&secret=%7E';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const xoauth2 = (token: string): string => base64(`user=${USERNAME}\x01auth=Bearer ${token}\x01\x01`);
const nthToken = (expires_in: number) => (request: number) => ({ status: 200, body: { access_token: `token-${request}`, expires_in } });

const login = ({ url }: TokenServer, scope: string | null = null) => ({
  username: USERNAME,
  oauth2: { tokenUrl: url, clientId: 'mailer', clientSecret: SECRET, scope },
});

/** Takes mails until the client leaves. */
async function takeMails(peer: RawPeer): Promise<void> {
  for (;;) {
    const line = await peer.line();
    if (line === 'DATA') {
      peer.say('354 go');
      await peer.untilDot();
      peer.say('250 queued');
    } else peer.say(line === 'QUIT' ? '221 bye' : '250 ok');
  }
}

/** Takes the mails of whoever logs in with one of these tokens; `said` has each line of a login. */
async function aTokenTaker(offer: string, good: (token: string) => boolean) {
  const said: string[] = [];
  const server = await aRawServer(async (peer) => {
    await peer.greet(offer);
    for (;;) {
      const line = await peer.line();
      said.push(line);
      const token =
        Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('auth=Bearer ')[1]
          ?.replaceAll('\x01', '') ?? '';
      if (good(token)) {
        peer.say('235 2.7.0 welcome');
        return takeMails(peer);
      }
      peer.say(`334 ${base64('{"status":"401","schemes":"bearer"}')}`);
      said.push(await peer.line());
      peer.say(`535 5.7.3 not with ${line}`);
    }
  });
  return { server, said };
}

describe('XOAUTH2 in place of a password', () => {
  it('logs in with a token fetched by client credentials, for the mailbox that the user name says', async () => {
    const tokens = await aTokenServer(nthToken(3600));
    const { server, said } = await aTokenTaker('AUTH LOGIN PLAIN XOAUTH2', (token) => token === 'token-1');
    const result = await smtpTo(server, login(tokens, 'https://outlook.office365.com/.default')).send(aMail());
    expect(result).toMatchObject({ outcome: 'provider_accepted' });
    expect(said).toEqual([`AUTH XOAUTH2 ${xoauth2('token-1')}`]);
    expect(tokens.requests).toEqual([
      {
        grant_type: 'client_credentials',
        client_id: 'mailer',
        client_secret: SECRET,
        scope: 'https://outlook.office365.com/.default',
      },
    ]);
  });

  it('is OAUTHBEARER where only that is offered (RFC 7628)', async () => {
    const tokens = await aTokenServer(nthToken(3600));
    const { server, said } = await aTokenTaker('AUTH OAUTHBEARER', () => true);
    expect(await smtpTo(server, login(tokens)).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    const port = server.port;
    expect(said).toEqual([
      `AUTH OAUTHBEARER ${base64(`n,a=${USERNAME},\x01host=127.0.0.1\x01port=${port}\x01auth=Bearer token-1\x01\x01`)}`,
    ]);
  });

  it('fetches one token for many connections', async () => {
    const tokens = await aTokenServer(nthToken(3600));
    const { server } = await aTokenTaker('AUTH XOAUTH2', () => true);
    const provider = smtpTo(server, { ...login(tokens), maxConnections: 4 });
    const results = await Promise.all(Array.from({ length: 8 }, () => provider.send(aMail())));
    expect(results.every(({ outcome }) => outcome === 'provider_accepted')).toBe(true);
    expect(server.connections).toBeGreaterThan(1);
    expect(tokens.requests).toHaveLength(1);
  });

  it('answers the challenge that says why a token is refused, drops that token, and fetches another once', async () => {
    const tokens = await aTokenServer(nthToken(3600));
    const withdrawn = new Set<string>();
    const { server, said } = await aTokenTaker('AUTH XOAUTH2', (token) => !withdrawn.has(token));
    const provider = smtpTo(server, { ...login(tokens), maxConnections: 1, idleMs: 1 });
    await provider.send(aMail());
    withdrawn.add('token-1');
    while (server.connections < 2) expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(said.slice(1)).toEqual([`AUTH XOAUTH2 ${xoauth2('token-1')}`, '', `AUTH XOAUTH2 ${xoauth2('token-2')}`]);
    expect(tokens.requests).toHaveLength(2);
  });

  it('does not go on fetching where a new token is refused: transport_failed at auth, without a secret in the result', async () => {
    const tokens = await aTokenServer(nthToken(3600));
    const { server, said } = await aTokenTaker('AUTH XOAUTH2', () => false);
    const result = await smtpTo(server, login(tokens)).send(aMail());
    expect(result).toMatchObject({
      outcome: 'transport_failed',
      phase: 'auth',
      reply: { code: 535, enhanced: '5.7.3' },
      finalDotSent: false,
    });
    expect(result.reply?.text).toBe('not with AUTH XOAUTH2 ***');
    expect(said).toEqual([`AUTH XOAUTH2 ${xoauth2('token-1')}`, '']);
    expect(tokens.requests).toHaveLength(1);
  });

  it('says nothing where neither mechanism is offered', async () => {
    const tokens = await aTokenServer(nthToken(3600));
    const after: string[] = [];
    const server = await aRawServer(async (peer) => {
      await peer.greet('AUTH PLAIN LOGIN');
      for (;;) after.push(await peer.line());
    });
    const result = await smtpTo(server, login(tokens)).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', reply: null });
    expect(result.error).toBe('the server offers AUTH by PLAIN, LOGIN, and none of XOAUTH2, OAUTHBEARER');
    expect(after).toEqual([]);
  });
});

describe('a token that cannot be fetched is our trouble: transport_failed at auth, and nothing is said to the SMTP server', () => {
  it.each<[string, TokenAnswer, string]>([
    [
      'refused',
      { status: 401, body: { error: 'invalid_client', error_description: `AADSTS7000215: not ${SECRET}\r\nTrace: 1` } },
      'HTTP 401 invalid_client AADSTS7000215: not *** Trace: 1',
    ],
    ['no JSON', { status: 502, body: '<html>Bad gateway</html>' }, 'HTTP 502, and no JSON object of at most 65536 octets'],
    ['without end', { status: 200, body: JSON.stringify({ access_token: 'x'.repeat(100_000) }) }, 'no JSON object of at most'],
    ['without a token', { status: 200, body: { token_type: 'Bearer' } }, 'HTTP 200 without an access_token'],
    ['a token that is none', { status: 200, body: { access_token: 'a\r\nRCPT TO:<b@example.com>' } }, 'HTTP 200 without an access_token'],
    ['another place', { status: 302, body: '' }, 'no OAuth2 token'],
  ])('%s', async (_, answer, expected) => {
    const tokens = await aTokenServer(() => answer);
    const after: string[] = [];
    const server = await aRawServer(async (peer) => {
      await peer.greet('AUTH XOAUTH2 PLAIN');
      for (;;) after.push(await peer.line());
    });
    const result = await smtpTo(server, login(tokens)).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth', reply: null, recipients: [{ answer: 'untried' }] });
    expect(result.error).toMatch(/^no OAuth2 token from 127\.0\.0\.1:\d+: /);
    expect(result.error).toContain(expected);
    expect(result.error).not.toContain(SECRET);
    expect(after).toEqual([]);
  });

  it('nobody listens', async () => {
    const server = await aRawServer(async (peer) => {
      await peer.greet('AUTH XOAUTH2');
      await peer.gone();
    });
    const result = await smtpTo(server, login({ url: 'http://127.0.0.1:1/token', requests: [] })).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'auth' });
    expect(result.error).toMatch(/^no OAuth2 token from 127\.0\.0\.1:1: /);
  });

  it('an endpoint that says nothing costs no more than the attempt’s time', async () => {
    const tokens = await aTokenServer(() => null);
    const server = await aRawServer(async (peer) => {
      await peer.greet('AUTH XOAUTH2');
      await peer.gone();
    });
    const result = await smtpTo(server, { ...login(tokens), timeoutMs: 300 }).send(aMail());
    expect(result).toMatchObject({ outcome: 'timed_out', phase: 'auth', finalDotSent: false });
  });
});

describe('the token endpoint is verified', () => {
  const known = getCACertificates('default');
  afterEach(() => setDefaultCACertificates(known));

  it('a token comes over HTTPS from a trusted endpoint, and from no other', async () => {
    const tokens = await aTokenServer(nthToken(3600), 'https');
    const { server } = await aTokenTaker('AUTH XOAUTH2', () => true);
    const untrusted = await smtpTo(server, login(tokens)).send(aMail());
    expect(untrusted).toMatchObject({ outcome: 'transport_failed', phase: 'auth' });
    expect(untrusted.error).toContain('self-signed certificate');
    setDefaultCACertificates([...known, SINK_CERTIFICATE]);
    expect(await smtpTo(server, login(tokens)).send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
  });
});
