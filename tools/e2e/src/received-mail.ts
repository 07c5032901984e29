import { domainToUnicode } from 'node:url';
import type { CommandCase, SinkMessage } from '@mail/testing';
import { simpleParser } from 'mailparser';

/** A mail as another parser than ours reads it; line ends as LF, and none at the end of a body. */
export interface ReceivedMail {
  /** Of the envelope, as the sink keeps them: once whatever their case, domains in Unicode. */
  readonly recipients: readonly string[];
  readonly subject: string | null;
  readonly text: string | null;
  readonly html: string | null;
  /** Those of a command's that begin with `X-`, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly filename: string | null; readonly content_base64: string }[];
}

interface Command {
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly content: { readonly mode: string; readonly subject?: string; readonly text?: string | null; readonly html?: string | null };
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly { readonly filename: string; readonly content_base64: string }[];
}

/** Every recipient in its normal form, in order: what the command says, or what the case says instead. */
export function expectedRecipients({ body, mail = {} }: CommandCase): readonly string[] {
  const { to, cc = [], bcc = [] } = JSON.parse(body.toString()) as Command;
  return mail.recipients ?? [...to, ...cc, ...bcc];
}

/** What the accepted command has to become: all that it says, or what the case says instead. A template's bodies are not told. */
export function expectedMail(each: CommandCase): Partial<ReceivedMail> {
  const { content, headers = {}, attachments = [] } = JSON.parse(each.body.toString()) as Command;
  const rendered = content.mode === 'rendered';
  const subject = each.mail?.subject ?? (rendered ? content.subject : undefined);
  return {
    recipients: asKept(expectedRecipients(each)),
    ...(subject === undefined ? {} : { subject }),
    ...(rendered ? { text: normalLines(content.text), html: normalLines(content.html) } : {}),
    headers: ownHeaders(Object.entries(headers)),
    attachments: attachments.map(({ filename, content_base64 }) => ({ filename, content_base64 })),
  };
}

export async function parseReceived({ raw, recipients }: SinkMessage): Promise<ReceivedMail> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, keepCidLinks: true });
  return {
    recipients: asKept(recipients),
    subject: mail.subject ?? null,
    text: normalLines(mail.text),
    html: normalLines(mail.html === false ? undefined : mail.html),
    headers: await decoded(ownHeaders([...mail.headers].map(([name, value]) => [name, String(value)]))),
    attachments: mail.attachments.map(({ filename, content }) => ({
      filename: filename ?? null,
      content_base64: content.toString('base64'),
    })),
  };
}

function ownHeaders(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => name.startsWith('x-')));
}

/** The parser decodes encoded-words in the headers that it knows alone: the others are read as a subject. */
async function decoded(headers: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const entries = Object.entries(headers).map(async ([name, value]) => [
    name,
    (await simpleParser(`Subject: ${value}\r\n\r\n`)).subject ?? '',
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
}

function asKept(recipients: readonly string[]): string[] {
  const kept = recipients.map((address) => {
    const at = address.lastIndexOf('@') + 1;
    return (address.slice(0, at) + domainToUnicode(address.slice(at))).toLowerCase();
  });
  return [...new Set(kept)].sort();
}

/** No body and an empty one are the same to the parser. */
function normalLines(text: string | null | undefined): string | null {
  return text === null || text === undefined || text === '' ? null : text.replace(/\r\n|\r/g, '\n').replace(/\n+$/, '');
}
