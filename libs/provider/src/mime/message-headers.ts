import type { OutgoingMail } from '../outgoing-mail.js';
import { addressListHeader, fromHeader, needsUtf8, type AddressForm } from './address-headers.js';
import { mailDate } from './mail-date.js';
import { unstructuredHeader } from './unstructured-header.js';
import { NotComposable } from './not-composable.js';

/** `Subject: ` and this make a full line; a longer word can only be folded when it is encoded. */
const LONGEST_SUBJECT_WORD = 69;

const OURS = new Set(['from', 'to', 'cc', 'bcc', 'reply-to', 'subject', 'date', 'message-id', 'mime-version', 'sender', 'return-path']);

/**
 * The headers of a mail but those of its MIME body, each line ended by CRLF. `Bcc` is never one of them.
 * @throws Error on what should have been refused at acceptance: a line break or NUL, or a custom header that would be ours
 */
export function messageHeaders(mail: OutgoingMail): string {
  const form = addressForm(mail);
  const lines = [`Date: ${mailDate(mail.date)}`, fromHeader(mail.from.email, mail.from.name)];
  if (mail.to.length > 0) lines.push(addressListHeader('To', mail.to, form));
  if (mail.cc.length > 0) lines.push(addressListHeader('Cc', mail.cc, form));
  if (mail.replyTo.length > 0) lines.push(addressListHeader('Reply-To', mail.replyTo, form));
  lines.push(unstructuredHeader('Subject', mail.subject, LONGEST_SUBJECT_WORD));
  lines.push(unstructuredHeader('Message-ID', mail.messageId));
  for (const [name, value] of Object.entries(mail.headers)) {
    const lower = name.toLowerCase();
    if (OURS.has(lower) || lower.startsWith('content-')) throw new NotComposable(`the header ${lower} is not for a command to set`);
    lines.push(unstructuredHeader(name, value));
  }
  lines.push('MIME-Version: 1.0', '');
  return lines.join('\r\n');
}

/**
 * UTF-8 in a header makes the whole mail one that only SMTPUTF8 carries, at every server on its way. So it stands there only in a
 * mail that goes that way in any case: to nobody with an ASCII address, or from an address that is none. Decided by the mail
 * alone, not by what a server offers or by who is still open: every attempt sends the same bytes.
 */
function addressForm({ from, to, cc, bcc }: OutgoingMail): AddressForm {
  return needsUtf8(from.email) || [to, cc, bcc].every((addresses) => addresses.every(needsUtf8)) ? 'utf8' : 'ascii';
}
