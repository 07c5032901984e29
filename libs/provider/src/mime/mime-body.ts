import type { OutgoingMail } from '../outgoing-mail.js';
import { attachmentPart } from './attachment-part.js';
import { encodeText } from './encode-text.js';

/**
 * The MIME headers and body of a mail (RFC 2046): text, html, both as alternatives, or any of these mixed with attachments.
 * Ends with a CRLF. Boundaries derive from the delivery, and cannot occur in a part: none of the encodings lets `=_` through.
 */
export function mimeBody(mail: Pick<OutgoingMail, 'deliveryId' | 'text' | 'html' | 'attachments'>): string {
  const content = contentPart(mail);
  if (mail.attachments.length === 0) return content.endsWith('\r\n') ? content : `${content}\r\n`;
  return multipart('mixed', `=_mixed_${mail.deliveryId}`, [content, ...mail.attachments.map(attachmentPart)]);
}

function contentPart({ deliveryId, text, html }: Pick<OutgoingMail, 'deliveryId' | 'text' | 'html'>): string {
  if (html === null) return textPart('plain', text ?? '');
  if (text === null) return textPart('html', html);
  return multipart('alternative', `=_alternative_${deliveryId}`, [textPart('plain', text), textPart('html', html)]);
}

function textPart(subtype: 'plain' | 'html', text: string): string {
  const { encoding, body } = encodeText(text);
  return `Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}

function multipart(subtype: 'alternative' | 'mixed', boundary: string, parts: readonly string[]): string {
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${subtype};\r\n boundary="${boundary}"\r\n\r\n${body}--${boundary}--\r\n`;
}
