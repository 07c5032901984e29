import type { OutgoingMail } from '../outgoing-mail.js';
import { addressListHeader, fromHeader } from './address-headers.js';
import { mailDate } from './mail-date.js';
import { unstructuredHeader } from './unstructured-header.js';

/** `Subject: ` and this make a full line; a longer word can only be folded when it is encoded. */
const LONGEST_SUBJECT_WORD = 69;

const OURS = new Set(['from', 'to', 'cc', 'bcc', 'reply-to', 'subject', 'date', 'message-id', 'mime-version', 'sender', 'return-path']);

/**
 * The headers of a mail but those of its MIME body, each line ended by CRLF. `Bcc` is never one of them.
 * @throws Error on what should have been refused at acceptance: a line break or NUL, or a custom header that would be ours
 */
export function messageHeaders(mail: OutgoingMail): string {
  const lines = [`Date: ${mailDate(mail.date)}`, fromHeader(mail.from.email, mail.from.name)];
  if (mail.to.length > 0) lines.push(addressListHeader('To', mail.to));
  if (mail.cc.length > 0) lines.push(addressListHeader('Cc', mail.cc));
  if (mail.replyTo.length > 0) lines.push(addressListHeader('Reply-To', mail.replyTo));
  lines.push(unstructuredHeader('Subject', mail.subject, LONGEST_SUBJECT_WORD));
  lines.push(unstructuredHeader('Message-ID', mail.messageId));
  for (const [name, value] of Object.entries(mail.headers)) {
    const lower = name.toLowerCase();
    if (OURS.has(lower) || lower.startsWith('content-')) throw new Error(`the header ${lower} is not for a command to set`);
    lines.push(unstructuredHeader(name, value));
  }
  lines.push('MIME-Version: 1.0', '');
  return lines.join('\r\n');
}
