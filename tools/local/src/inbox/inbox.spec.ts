import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMailStore } from './mail-store.ts';
import type { MailStore } from './mail-store.ts';
import { openSmtpDoor } from './smtp-door.ts';
import { openWebDoor } from './web-door.ts';

const MAIL = [
  'From: =?utf-8?Q?Zo=C3=AB?= <zoe@example.com>',
  'To: ada@example.com',
  'Subject: =?utf-8?B?R3LDvMOf?= =?utf-8?B?ZSBhdXMgWsO8cmljaA==?=',
  'MIME-Version: 1.0',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p onclick="x()">Hi</p>',
  '..two dots',
  '',
].join('\r\n');

describe('the inbox', () => {
  let folder: string;
  let store: MailStore;
  let smtp: Awaited<ReturnType<typeof openSmtpDoor>>;
  let web: Awaited<ReturnType<typeof openWebDoor>>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'inbox-'));
    store = openMailStore(folder, 3);
    smtp = await openSmtpDoor({ store, port: 0, replyDelayMs: 0 });
    web = await openWebDoor({ store, port: 0 });
  });
  afterEach(async () => {
    web.close();
    await smtp.close();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Speaks SMTP by hand, and answers the last reply. */
  async function send(mail: string, recipients = ['ada@example.com', 'hidden@example.com']): Promise<string> {
    const socket = connect(smtp.port, '127.0.0.1');
    const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
    const reply = async (): Promise<string> => {
      for (;;) {
        const { value = '' } = (await replies.next()) as { value?: string };
        if (value[3] !== '-') return value;
      }
    };
    await reply();
    socket.write('EHLO test\r\n');
    await reply();
    const commands = ['MAIL FROM:<zoe@example.com>', ...recipients.map((address) => `RCPT TO:<${address}>`), 'DATA'];
    socket.write(`${commands.join('\r\n')}\r\n`);
    for (const _ of commands) await reply();
    socket.write(`${mail.replace(/^\./gm, '..')}.\r\n`);
    const last = await reply();
    socket.end('QUIT\r\n');
    return last;
  }
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${web.port}${path}`, { headers });

  it('has stored a mail, byte for byte, with its envelope, when it says 250', async () => {
    expect(await send(MAIL)).toMatch(/^250 /);
    expect(readFileSync(join(folder, '1.eml'), 'utf8')).toBe(MAIL);
    expect(readFileSync(join(folder, 'envelopes.ndjson'), 'utf8')).toContain('"rcpt_to":["ada@example.com","hidden@example.com"]');
  });

  it('shows subjects and names as text, and finds mails by them', async () => {
    await send(MAIL);
    const found = (await (await get('/api/summaries?search=z%C3%BCrich%20hidden')).json()) as { mails: unknown[] };
    expect(found.mails).toMatchObject([{ subject: 'Grüße aus Zürich', from: 'Zoë <zoe@example.com>' }]);
    expect(await (await get('/api/summaries?search=nobody')).json()).toEqual({ total: 1, mails: [] });
  });

  it('answers what came after a mail, and its source', async () => {
    await send(MAIL);
    await send(MAIL);
    const { mails } = (await (await get('/api/mails?since=1')).json()) as { mails: { id: number }[] };
    expect(mails.map(({ id }) => id)).toEqual([2]);
    expect(await (await get('/api/mails/2.eml')).text()).toBe(MAIL);
    expect((await get('/api/mails/9.eml')).status).toBe(404);
  });

  it('shows the HTML of a mail so that no script of it can run and nothing is fetched', async () => {
    await send(MAIL);
    const response = await get('/api/mails/1.html');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*sandbox$/);
    expect(await response.text()).toContain('onclick');
  });

  it('answers nobody who asks for it by a name of the web', async () => {
    const socket = connect(web.port, '127.0.0.1');
    socket.write('GET /api/mails HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    const [status] = await createInterface({ input: socket })
      [Symbol.asyncIterator]()
      .next()
      .then(({ value }) => [value as string]);
    expect(status).toContain('403');
  });

  it('keeps the newest, and deletes what is older', async () => {
    for (let n = 0; n < 5; n += 1) await send(MAIL);
    expect(store.all().map(({ id }) => id)).toEqual([3, 4, 5]);
  });

  it('has its mails again after a restart, and goes on counting', async () => {
    await send(MAIL);
    const again = openMailStore(folder, 3);
    expect(again.all()).toEqual(store.all());
    expect(again.add(Buffer.from(MAIL), { mail_from: '', rcpt_to: [] }).id).toBe(2);
    again.close();
  });
});
