import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, startSmtpSink } from '@mail/testing';
import { simpleParser } from 'mailparser';
import { expect, it } from 'vitest';
import { startMailSystem } from './mail-system.js';

const TEMPLATES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'templates');

it('a mail is rendered from the template version it was accepted with, whichever build sends it', async () => {
  const changed = await mkdtemp(join(tmpdir(), 'mail-templates-'));
  await cp(TEMPLATES, changed, { recursive: true });
  const subject = join(changed, 'notification.generic', 'en', 'subject.txt');
  await writeFile(subject, `Changed: ${await readFile(subject, 'utf8')}`);
  const sink = await startSmtpSink();
  const system = await startMailSystem(['intake-api', 'scheduler'], { sink });
  try {
    const send = async (key: string): Promise<void> => {
      const content = { mode: 'template', template_id: 'notification.generic', locale: 'en', variables: { title: key, body: 'Hello' } };
      expect((await system.post('deliveries', key, { source: 'shop', to: [`${key}@example.com`], content })).status).toBe(202);
    };
    await send('before');
    await system.start('attempt-worker', { MAIL_TEMPLATE_DIR: changed });
    const intake = system.processes.get('intake-api');
    intake?.kill('SIGTERM');
    await intake?.exited;
    await system.start('intake-api', { MAIL_TEMPLATE_DIR: changed });
    await send('after');
    await eventually('both are sent', () => sink.messages.length === 2);
    const subjects = new Map(
      await Promise.all(sink.messages.map(async ({ recipients, raw }) => [recipients[0], (await simpleParser(raw)).subject] as const)),
    );
    expect(subjects.get('before@example.com')).not.toContain('Changed');
    expect(subjects.get('after@example.com')).toContain('Changed');
  } finally {
    await system.stop();
    await sink.close();
    await rm(changed, { recursive: true });
  }
}, 90_000);
