import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Envelope {
  /** Empty for the null sender. */
  readonly mail_from: string;
  readonly rcpt_to: readonly string[];
}

export interface StoredMail extends Envelope {
  /** From 1, in the order of arrival. */
  readonly id: number;
  readonly received_at: string;
  readonly bytes: number;
}

/** The part of a mail before its body (RFC 5322 2.1), its first 4 KiB at most. */
function headOf(raw: Buffer): Buffer {
  const end = raw.indexOf('\r\n\r\n');
  // Copied, or it would hold the whole mail in memory.
  return Buffer.from(raw.subarray(0, Math.min(end === -1 ? raw.length : end, 4096)));
}

export interface MailStore {
  /** The mail and its envelope are in their files when this returns. */
  add(raw: Buffer, envelope: Envelope): StoredMail;
  /** Those kept, oldest first. */
  all(): readonly StoredMail[];
  find(id: number): StoredMail | undefined;
  /** Its header fields. */
  head(id: number): Promise<Buffer>;
  /** The mail as it came. */
  raw(id: number): Promise<Buffer>;
  close(): void;
}

const ENVELOPES = 'envelopes.ndjson';

function readEnvelopes(file: string): StoredMail[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as StoredMail];
      } catch {
        return []; // The empty last line, or one that a kill cut short.
      }
    });
}

/**
 * Mails as files of a folder: `<id>.eml`, byte for byte, and one line of `envelopes.ndjson` each. The newest `keep` are kept; what is
 * older is deleted. What the folder holds from before is there again.
 */
export function openMailStore(folder: string, keep: number): MailStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, ENVELOPES);
  const mails = new Map(
    readEnvelopes(file)
      .slice(-keep)
      .map((mail) => [mail.id, mail]),
  );
  const heads = new Map<number, Buffer>();
  let newest = Math.max(0, ...mails.keys());
  const envelopes = openSync(file, 'a', 0o600);
  const path = (id: number): string => join(folder, `${id}.eml`);
  const dropOldest = (): void => {
    for (const id of mails.keys()) {
      if (mails.size <= keep) return;
      mails.delete(id);
      heads.delete(id);
      void rm(path(id), { force: true });
    }
  };
  return {
    add(raw, envelope) {
      newest += 1;
      const mail = { id: newest, received_at: new Date().toISOString(), bytes: raw.length, ...envelope };
      // Synchronous: a third of what the thread pool's round trips cost for files this small.
      writeFileSync(path(mail.id), raw, { mode: 0o600 });
      writeSync(envelopes, `${JSON.stringify(mail)}\n`);
      mails.set(mail.id, mail);
      heads.set(mail.id, headOf(raw));
      dropOldest();
      return mail;
    },
    all: () => [...mails.values()],
    find: (id) => mails.get(id),
    async head(id) {
      const known = heads.get(id) ?? headOf(await readFile(path(id)));
      heads.set(id, known);
      return known;
    },
    raw: (id) => readFile(path(id)),
    close: () => closeSync(envelopes),
  };
}
