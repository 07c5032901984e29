import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { composeMime } from './compose-mime.js';
import { goldenMails } from '../testing/golden-mails.js';

// These files never change. A delivery accepted by one build may be tried again by the next one, and a receiver drops the second
// copy only when it is the first one, byte for byte. Whoever wants other bytes must keep the old ones for the deliveries on disk.
it.each(Object.entries(goldenMails))('the bytes of the %s mail are those of every build before', async (name, mail) => {
  const golden = await readFile(new URL(`../testing/golden/${name}.eml`, import.meta.url));
  expect(composeMime(mail).toString()).toBe(golden.toString());
  expect(composeMime(mail).equals(golden)).toBe(true);
});

it('the bytes do not depend on who is still to be sent to', () => {
  const mail = goldenMails.alternative;
  expect(composeMime({ ...mail, recipients: mail.recipients.slice(1) }).equals(composeMime(mail))).toBe(true);
});
