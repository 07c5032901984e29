import type { AttemptResult } from '@mail/domain';
import { eventually, type SinkAnswer } from '@mail/testing';
import { describe, expect, it } from 'vitest';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

const TIMEOUT_MS = 400;

/** A server whose answers to the final dot the spec gives, and a provider that tells what comes late. */
async function overdue(options: Parameters<typeof smtpTo>[1] = {}) {
  const asked: ((answer: SinkAnswer) => void)[] = [];
  const sink = await aSink({ final: () => new Promise<SinkAnswer>((resolve) => asked.push(resolve)) });
  const provider = smtpTo(sink, { timeoutMs: TIMEOUT_MS, maxConnections: 1, ...options });
  const late: AttemptResult[] = [];
  const send = (mail = aMail()) => provider.send(mail, null, (result) => late.push(result));
  return { asked, sink, provider, late, send };
}

describe('a session whose attempt timed out after the final dot goes on listening', () => {
  it.each([
    [null, 'provider_accepted', 'accepted'],
    ['451 4.3.0 later', 'transient_rejected', 'transient'],
    ['554 5.6.0 no', 'permanent_rejected', 'permanent'],
  ] as const)('and tells what the reply (%s) says, once it comes', async (answer, outcome, told) => {
    const { asked, provider, late, send } = await overdue();
    expect(await send()).toMatchObject({ outcome: 'uncertain', listening: true, error: `no answer within ${TIMEOUT_MS} ms` });
    expect(provider.listening).toBe(1);
    asked[0]?.(answer);
    await eventually('the reply is told', () => late.length > 0);
    expect(late).toMatchObject([{ outcome, phase: 'final', recipients: [{ position: 0, answer: told }], finalDotSent: true, error: null }]);
    await eventually('the session is over', () => provider.listening === 0);
  });

  it('beside its slot: the next mail has a connection at once', async () => {
    const { asked, sink, provider, late, send } = await overdue();
    await send();
    const second = send();
    await eventually('the second is out', () => asked.length === 2);
    asked[1]?.(null);
    expect(await second).toMatchObject({ outcome: 'provider_accepted' });
    expect(sink.connections).toBe(2);
    asked[0]?.(null);
    await eventually('the first is told', () => late.length === 1);
    await provider.close();
  });

  it('no longer than MAIL_SMTP_FINAL_REPLY_TIMEOUT', async () => {
    const { sink, provider, late, send } = await overdue({ finalReplyTimeoutMs: 100 });
    await send();
    await eventually('it listens no more', () => provider.listening === 0 && sink.open === 0);
    expect(late).toEqual([]);
  });

  it('until the server hangs up, of which there is nothing to tell', async () => {
    const { sink, provider, late, send } = await overdue();
    await send();
    sink.drop();
    await eventually('it listens no more', () => provider.listening === 0);
    expect(late).toEqual([]);
  });

  it('who has an answer of its own keeps it', async () => {
    const { late, asked, send } = await overdue();
    const first = send(
      aMail({
        recipients: [
          { position: 0, address: 'not an address' },
          { position: 1, address: 'ada@example.com' },
        ],
      }),
    );
    expect((await first).recipients.map(({ answer }) => answer)).toEqual(['permanent', 'uncertain']);
    asked[0]?.(null);
    await eventually('the reply is told', () => late.length > 0);
    expect(late[0]?.recipients.map(({ answer }) => answer)).toEqual(['permanent', 'accepted']);
  });
});

it('a connection that is lost after the final dot listens to nothing', async () => {
  const sink = await aSink({ final: () => 'disconnect' });
  const provider = smtpTo(sink);
  const result = await provider.send(aMail());
  expect(result.outcome).toBe('uncertain');
  expect(result.listening).toBeUndefined();
  expect(provider.listening).toBe(0);
});

it('a stop waits for overdue replies as long as it may, and then gives them up', async () => {
  const { asked, provider, late, send, sink } = await overdue({ maxConnections: 2 });
  await Promise.all([send(), send()]);
  expect(provider.listening).toBe(2);
  const closed = provider.close(300);
  asked[0]?.(null);
  await eventually('one is told', () => late.length === 1);
  await closed;
  expect(late).toHaveLength(1);
  await eventually('no connection is left', () => sink.open === 0);
});

it('there is a bound on the sessions that listen: the oldest is given up', async () => {
  const most = 256;
  const server = await aRawServer(async (peer) => {
    await peer.greet('PIPELINING');
    for (const reply of ['250 ok', '250 ok', '354 go']) {
      await peer.line();
      peer.say(reply);
    }
    await peer.untilDot();
    await peer.gone();
  });
  const provider = smtpTo(server, { timeoutMs: 1_500, maxConnections: most + 4 });
  await Promise.all(Array.from({ length: most + 4 }, () => provider.send(aMail())));
  await eventually('the bound holds', () => provider.listening === most);
});
