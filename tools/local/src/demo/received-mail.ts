import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';

/** A mail as the inbox got it, read by a parser that has nothing to do with the service. */
export interface ReceivedMail {
  readonly file: string;
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  readonly sha256: string;
  /** The header fields as they came. */
  readonly head: string;
  readonly parsed: ParsedMail;
}

interface ListedMail {
  readonly id: number;
  readonly mail_from: string;
  readonly rcpt_to: readonly string[];
}

/** Everything that the inbox has, with what is read of each. */
export async function receivedMails(
  inbox: { readonly url: string; readonly folder: string },
  note: (done: number) => void,
): Promise<ReceivedMail[]> {
  const received: ReceivedMail[] = [];
  for (let since = 0; ;) {
    const { mails } = (await (await fetch(`${inbox.url}/api/mails?since=${since}`)).json()) as { mails: ListedMail[] };
    for (const { id, mail_from: mailFrom, rcpt_to: rcptTo } of mails) {
      const file = join(inbox.folder, `${id}.eml`);
      const raw = await readFile(file);
      const parsed = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true, keepCidLinks: true });
      const sha256 = createHash('sha256').update(raw).digest('hex');
      received.push({ file, mailFrom, rcptTo, sha256, head: raw.subarray(0, raw.indexOf('\r\n\r\n')).toString('utf8'), parsed });
      note(received.length);
      since = id;
    }
    if (mails.length === 0) return received;
  }
}
