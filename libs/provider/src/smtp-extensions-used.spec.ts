import { describe, expect, it } from 'vitest';
import { composeMime } from './compose-mime.js';
import { aMail } from '../testing/a-mail.js';
import { aRawServer, aSink } from '../testing/servers.js';
import { smtpTo } from '../testing/smtp-to.js';

/** What MAIL said, for a mail to `addresses`. */
async function parametersOf(addresses: string[], hide: readonly ('8BITMIME' | 'SMTPUTF8')[] = []): Promise<Record<string, string | true>> {
  let said: Record<string, string | true> = {};
  const mail = (_sender: string, parameters: Record<string, string | true>) => {
    said = parameters;
    return null;
  };
  const sink = await aSink({ hide, size: 1_000_000, mail });
  await smtpTo(sink).send(aMail({ addresses }));
  return said;
}

describe('MAIL says what the server offers and the mail needs', () => {
  it('SIZE is the message’s octets', async () => {
    expect(await parametersOf(['ada@example.com'])).toEqual({ SIZE: String(composeMime(aMail()).length) });
  });

  it('a non-ASCII local part needs SMTPUTF8, and its header 8BITMIME', async () => {
    expect(await parametersOf(['jörg@example.com'])).toMatchObject({ SMTPUTF8: true, BODY: '8BITMIME' });
  });

  it('nothing that was not offered', async () => {
    const parameters = await parametersOf(['ada@example.com', 'jörg@example.com'], ['8BITMIME', 'SMTPUTF8']);
    expect(Object.keys(parameters)).toEqual(['SIZE']);
  });

  it('a server with no extension at all gets a bare MAIL', async () => {
    const said: string[] = [];
    const server = await aRawServer(async (peer) => {
      await peer.greet();
      said.push(await peer.line());
      peer.socket.destroy();
    });
    await smtpTo(server).send(aMail());
    expect(said).toEqual(['MAIL FROM:<noreply@mail.example.com>']);
  });
});

describe('what the server is known to refuse is refused without asking it', () => {
  it('a message over the announced size: permanent, 5.3.4, before MAIL; the connection serves the next mail', async () => {
    const asked: string[] = [];
    const mail = (sender: string) => {
      asked.push(sender);
      return null;
    };
    const sink = await aSink({ size: 2_000, mail });
    const provider = smtpTo(sink, { maxConnections: 1 });
    const result = await provider.send(aMail({ text: 'long\n'.repeat(1_000) }));
    expect(result).toMatchObject({
      outcome: 'permanent_rejected',
      phase: 'mail',
      reply: { code: 552, enhanced: '5.3.4' },
      finalDotSent: false,
    });
    expect(result.reply!.text).toContain('announced a limit of 2000 (refused before it was sent)');
    expect(result.recipients).toMatchObject([{ answer: 'permanent', reply: { code: 552 } }]);
    expect(asked).toEqual([]);
    expect(await provider.send(aMail())).toMatchObject({ outcome: 'provider_accepted' });
    expect(sink.connections).toBe(1);
  });

  it('a non-ASCII local part without SMTPUTF8: that recipient permanent, 5.6.7; the others go on', async () => {
    const sink = await aSink({ hide: ['SMTPUTF8'] });
    const result = await smtpTo(sink).send(aMail({ addresses: ['jörg@example.com', 'ada@example.com'] }));
    expect(result).toMatchObject({
      outcome: 'provider_accepted',
      recipients: [
        { position: 0, answer: 'permanent', reply: { code: 550, enhanced: '5.6.7' } },
        { position: 1, answer: 'accepted' },
      ],
    });
    expect(sink.messages).toMatchObject([{ recipients: ['ada@example.com'] }]);
  });

  it('the same for the only recipient: nothing is said, and the attempt is permanent_rejected', async () => {
    const sink = await aSink({ hide: ['SMTPUTF8'], mail: () => '451 not to be asked' });
    const result = await smtpTo(sink).send(aMail({ addresses: ['jörg@example.com'] }));
    expect(result).toMatchObject({ outcome: 'permanent_rejected', phase: 'rcpt', reply: { code: 550, enhanced: '5.6.7' } });
  });

  it.each(['a@example.com>\r\nRCPT TO:<b@example.com', 'a@example.com> NOTIFY=NEVER', 'a b@example.com', ''])(
    'an address that would become another command (%j) becomes none',
    async (address) => {
      const sink = await aSink();
      const recipients = [
        { position: 4, address },
        { position: 5, address: 'ada@example.com' },
      ];
      const result = await smtpTo(sink).send(aMail({ recipients }));
      expect(result.recipients).toMatchObject([
        { position: 4, answer: 'permanent', reply: { code: 553 } },
        { position: 5, answer: 'accepted' },
      ]);
      expect(sink.messages).toMatchObject([{ recipients: ['ada@example.com'] }]);
    },
  );
});

it('a mail that cannot be composed is a result too: render_failed, no connection made', async () => {
  const sink = await aSink();
  expect(await smtpTo(sink).send(aMail({ subject: 'a\r\nBcc: b@example.com' }))).toMatchObject({
    outcome: 'render_failed',
    phase: 'render',
    finalDotSent: false,
  });
  expect(sink.connections).toBe(0);
});

it('a failure of ours before the first byte is no result: no attempt was made, and no connection', async () => {
  const sink = await aSink();
  const broken = aMail({ attachments: [{ filename: 'a', contentType: 'text/plain', content: null as unknown as Buffer }] });
  for (const mail of [broken, aMail({ recipients: [] })]) await expect(smtpTo(sink).send(mail)).rejects.toThrow();
  expect(sink.connections).toBe(0);
});
