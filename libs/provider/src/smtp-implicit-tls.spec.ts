import { once } from 'node:events';
import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SINK_CERTIFICATE } from '@mail/testing';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';
import { PhaseTimes } from './phase-times.js';

const PORT = 465;
const known = getCACertificates('default');
const auth = { username: 'mailer', password: 'secret' };
const strict = { insecureSkipVerify: false, ...auth };

/** Ports below 1024 are not everybody's, and this one may be taken. */
async function mayListen(): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(PORT, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

afterEach(() => setDefaultCACertificates(known));

describe.skipIf(!(await mayListen()))('on port 465 TLS comes first', () => {
  it('a trusted certificate for the host: logged in and sent', async () => {
    setDefaultCACertificates([...known, SINK_CERTIFICATE]);
    const sink = await aSink({ tls: 'implicit', auth, port: PORT });
    const times = new PhaseTimes();
    expect(await smtpTo({ host: 'localhost', port: PORT }, strict).send(aMail(), times)).toMatchObject({ outcome: 'provider_accepted' });
    const phases: string[] = [];
    times.forEach((phase) => phases.push(phase));
    expect(phases.slice(0, 5)).toEqual(['connect', 'starttls', 'greeting', 'ehlo', 'auth']);
    expect(sink.messages).toHaveLength(1);
  });

  it.each([
    ['an untrusted certificate', 'localhost', [...known], 'self-signed certificate'],
    ['a certificate for another name', '127.0.0.1', [...known, SINK_CERTIFICATE], "127.0.0.1 is not in the cert's list"],
  ])('%s: transport_failed at starttls, and no mail', async (_, host, trusted, why) => {
    setDefaultCACertificates(trusted);
    const sink = await aSink({ tls: 'implicit', auth, port: PORT });
    const result = await smtpTo({ host, port: PORT }, strict).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'starttls', reply: null });
    expect(result.error).toContain(why);
    expect(sink.messages).toEqual([]);
  });

  it('a server that speaks plaintext there: no word in plaintext, also where verification is off', async () => {
    const said: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('data', (chunk: Buffer) => said.push(chunk)).on('error', () => undefined);
      socket.write('220 raw.test ESMTP\r\n');
    });
    server.listen(PORT, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const result = await smtpTo({ host: '127.0.0.1', port: PORT }, auth).send(aMail());
    expect(result).toMatchObject({ outcome: 'transport_failed', phase: 'starttls' });
    expect(Buffer.concat(said).toString('latin1')).not.toMatch(/EHLO|AUTH|MAIL/);
  });
});
