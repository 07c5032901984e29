import { messageHeaders } from './mime/message-headers.js';
import { mimeBody } from './mime/mime-body.js';
import type { OutgoingMail } from './outgoing-mail.js';

/**
 * The mail as it is sent (RFC 5322, RFC 2045 to 2049), line ends CRLF. The same mail gives the same bytes in every attempt,
 * process and build, whoever of its recipients is still open: a receiver can tell the one duplicate that SMTP cannot rule out.
 * @throws Error on what must have been refused at acceptance, such as a line break in a header: a bug
 */
export function composeMime(mail: OutgoingMail): Buffer {
  return Buffer.from(messageHeaders(mail) + mimeBody(mail), 'utf8');
}
