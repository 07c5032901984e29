import type { OutgoingAttachment, OutgoingMail } from '../outgoing-mail.js';
import { attachmentPart } from './attachment-part.js';
import { encodeText } from './encode-text.js';

type Body = Pick<OutgoingMail, 'deliveryId' | 'text' | 'html'>;

/**
 * The MIME headers and body of a mail (RFC 2046): text, html with its inline files (RFC 2387), both as alternatives, or any of these mixed
 * with attachments. Ends with a CRLF. Boundaries derive from the delivery, and cannot occur in a part: none of the encodings lets `=_`
 * through.
 */
export function mimeBody(mail: Body & Pick<OutgoingMail, 'attachments'>): string {
  // Without HTML nothing could show them.
  const isInline = ({ contentId }: OutgoingAttachment): boolean => contentId !== undefined && mail.html !== null;
  const inline = mail.attachments.filter(isInline);
  const attached = mail.attachments.filter((file) => !isInline(file));
  const content = contentPart(mail, inline);
  if (attached.length === 0) return content.endsWith('\r\n') ? content : `${content}\r\n`;
  const files = attached.map((file) => attachmentPart(file, 'attachment'));
  return multipart('mixed', `=_mixed_${mail.deliveryId}`, [content, ...files]);
}

function contentPart({ deliveryId, text, html }: Body, inline: readonly OutgoingAttachment[]): string {
  if (html === null) return textPart('plain', text ?? '');
  const page = htmlPart(html, deliveryId, inline);
  return text === null ? page : multipart('alternative', `=_alternative_${deliveryId}`, [textPart('plain', text), page]);
}

function htmlPart(html: string, deliveryId: string, inline: readonly OutgoingAttachment[]): string {
  const page = textPart('html', html);
  if (inline.length === 0) return page;
  const files = inline.map((file) => attachmentPart(file, 'inline'));
  return multipart('related', `=_related_${deliveryId}`, [page, ...files], '; type="text/html"');
}

function textPart(subtype: 'plain' | 'html', text: string): string {
  const { encoding, body } = encodeText(text);
  return `Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}

function multipart(subtype: 'alternative' | 'mixed' | 'related', boundary: string, parts: readonly string[], parameters = ''): string {
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${subtype}${parameters};\r\n boundary="${boundary}"\r\n\r\n${body}--${boundary}--\r\n`;
}
