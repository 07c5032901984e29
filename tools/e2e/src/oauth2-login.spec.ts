import { once } from 'node:events';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import type { AddressInfo } from 'node:net';
import { eventually, startRawSmtp } from '@mail/testing';
import { expect, it, onTestFinished } from 'vitest';
import { startMailSystem } from './mail-system.js';

const TOKEN = 'eyJ0b2tlbiI6ImdlaGVpbSJ9';
const SECRET = 'Cl13nt-S3cr3t';

async function aTokenEndpoint(): Promise<string> {
  const server = createServer((_request, response) => response.end(JSON.stringify({ access_token: TOKEN, expires_in: 3600 })));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
}

it('a worker logs in by XOAUTH2, says the full name at EHLO, and tells nobody of the token', async () => {
  const said: string[] = [];
  const server = await startRawSmtp(async (peer) => {
    said.push(await peer.greet('AUTH LOGIN XOAUTH2'));
    for (;;) {
      const line = await peer.line();
      said.push(line);
      if (line === 'DATA') {
        peer.say('354 go');
        await peer.untilDot();
      }
      // The first login is refused, by a server that repeats what it refuses.
      const refused = line.startsWith('AUTH') && said.filter((each) => each.startsWith('AUTH')).length === 1;
      if (refused) peer.say(`535 5.7.3 not with ${line}, nor with ${TOKEN}`);
      else peer.say(line.startsWith('AUTH') ? '235 welcome' : '250 ok');
    }
  });
  onTestFinished(() => server.close());
  const system = await startMailSystem(['intake-api', 'scheduler', 'attempt-worker'], {
    env: {
      MAIL_SMTP_MODE: 'smtp',
      MAIL_SMTP_ADDR: `${server.host}:${server.port}`,
      MAIL_SMTP_FROM_EMAIL: 'no-reply@galaxy.example',
      MAIL_SMTP_INSECURE_SKIP_VERIFY: 'true',
      MAIL_SMTP_USERNAME: 'no-reply@galaxy.example',
      MAIL_SMTP_OAUTH2_TOKEN_URL: await aTokenEndpoint(),
      MAIL_SMTP_OAUTH2_CLIENT_ID: 'mailer',
      MAIL_SMTP_OAUTH2_CLIENT_SECRET: SECRET,
      MAIL_RETRY_SCHEDULE: '100ms,100ms',
      MAIL_LOG_LEVEL: 'trace',
      MAIL_OTEL_STDOUT_TRACES_ENABLED: 'true',
    },
  });
  onTestFinished(() => system.stop());
  const command = { source: 'game', to: ['ada@example.com'], content: { mode: 'rendered', subject: 'Hello', text: 'Hello.' } };
  const { status, body } = await system.post('deliveries', 'oauth2', command);
  expect([status, body]).toMatchObject([202, {}]);
  const path = `deliveries/${String(body['delivery_id'])}`;
  await eventually('the mail is sent', async () => (await system.get(path)).body['status'] === 'sent', 60_000);
  const name = /\.[a-z]/i.test(hostname()) ? hostname() : 'galaxy.example';
  expect(said[0]).toBe(`EHLO ${name}`);
  const initial = Buffer.from(`user=no-reply@galaxy.example\x01auth=Bearer ${TOKEN}\x01\x01`).toString('base64');
  expect(said.filter((line) => line.startsWith('AUTH'))).toEqual([`AUTH XOAUTH2 ${initial}`, `AUTH XOAUTH2 ${initial}`]);
  const attempts = JSON.stringify((await system.get(`${path}/attempts`)).body);
  expect(attempts).toContain('535 5.7.3 not with AUTH XOAUTH2 ***, nor with ***');
  const told = [...system.processes.values()].map((process) => process.output()).join('') + attempts;
  for (const secret of [TOKEN, initial, SECRET]) expect(told).not.toContain(secret);
}, 120_000);
