import type { AddressObject } from 'mailparser';
import { expectedMail } from './expected-mail.ts';
import type { ReceivedMail } from './received-mail.ts';
import type { Asked } from './traffic.ts';

function addresses(value: AddressObject | AddressObject[] | undefined): string[] {
  return [value ?? []].flat().flatMap((object) => object.value.map(({ address }) => address ?? ''));
}

/** Line ends are the transport's matter (CRLF on the wire), and so is one at the very end. */
function lines(text: string): string {
  return text.replace(/\r\n?/g, '\n').trimEnd();
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(html: string): string {
  return html.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return NAMED[(name ?? '').toLowerCase()] ?? whole;
  });
}

const shorten = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);

/** What is wrong with a received mail, by what was asked for. Nothing, as a rule. */
export function mailFaults(mail: ReceivedMail, asked: Asked, known: { messageId: string; from: string }): string[] {
  const { command } = asked;
  const { parsed } = mail;
  const expected = expectedMail(asked);
  const faults: string[] = [];
  const same = (what: string, found: unknown, wanted: unknown): void => {
    const [is, must] = [JSON.stringify(found) ?? 'absent', JSON.stringify(wanted) ?? 'absent'];
    if (is !== must) faults.push(`${what} is ${shorten(is)}, asked for ${shorten(must)}`);
  };
  const { to, cc = [], bcc = [], reply_to: replyTo = [] } = command;
  same('envelope sender', mail.mailFrom, known.from);
  same('envelope recipients', [...mail.rcptTo].sort(), [...to, ...cc, ...bcc].sort());
  same('Message-ID', parsed.messageId, known.messageId);
  same('From', addresses(parsed.from), [known.from]);
  same('To', addresses(parsed.to), to);
  same('Cc', addresses(parsed.cc), cc);
  same('Reply-To', addresses(parsed.replyTo), replyTo);
  same('Subject', parsed.subject?.trim(), expected.subject.trim());
  if (parsed.date === undefined || Number.isNaN(parsed.date.getTime())) faults.push('Date is missing or no date');
  const head = mail.head.toLowerCase();
  if (/^bcc:/m.test(head)) faults.push('there is a Bcc header');
  for (const hidden of bcc) if (head.includes(hidden.toLowerCase())) faults.push(`the header names ${hidden}, which is bcc`);
  for (const [name, value] of Object.entries(command.headers ?? {})) {
    const found = parsed.headerLines.find(({ key }) => key === name.toLowerCase())?.line;
    same(name, found?.slice(found.indexOf(':') + 1).trim(), value);
  }
  const html = typeof parsed.html === 'string' ? parsed.html : undefined;
  if (command.content.mode === 'rendered') {
    same('text', parsed.text ? lines(parsed.text) : undefined, expected.text === undefined ? undefined : lines(expected.text));
    same('html', html === undefined ? undefined : lines(html), expected.html === undefined ? undefined : lines(expected.html));
  } else {
    const decoded = decodeEntities(html ?? '');
    for (const fact of expected.facts) {
      if (!parsed.text?.includes(fact)) faults.push(`the text lacks ${shorten(fact)}`);
      if (!decoded.includes(fact)) faults.push(`the html lacks ${shorten(fact)}`);
    }
    same('language', /<html[^>]*\slang="([^"]*)"/i.exec(html ?? '')?.[1], expected.language);
    if (/\{\{|\}\}/.test(`${parsed.text}${html}`)) faults.push('a placeholder was left in');
  }
  const files = parsed.attachments.map(({ filename, contentType, content }) => [filename, contentType, content.toString('base64')]);
  const wanted = (command.attachments ?? []).map((one) => [one.filename, one.content_type.split(';')[0], one.content_base64]);
  same('attachments', files, wanted);
  return faults;
}
