import type { DeliveryContent } from '@mail/client';
import type { Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { manyLines } from '../output/plain-text.js';
import { fields } from '../output/table.js';

type Part = 'subject' | 'text' | 'html';

const listed = (addresses: readonly string[]): string | undefined => (addresses.length === 0 ? undefined : addresses.join(', '));

/** A mail as its reader would see it; or one part of it, which for a file or a pipe is left as it is. */
export function contentText(mail: DeliveryContent, part: Part | null, { screen }: Context): string {
  if (part !== null) {
    const text = mail[part];
    if (text === null) throw new UsageError(mail.error === null ? `this mail has no ${part}` : `it cannot be rendered: ${mail.error}`);
    return `${screen.isTerminal ? manyLines(text) : text}\n`;
  }
  const { email, name } = mail.from;
  const head = fields(
    [
      ['From', name === null ? email : `${name} <${email}>`],
      ['To', listed(mail.to)],
      ['Cc', listed(mail.cc)],
      ['Bcc', listed(mail.bcc)],
      ['Reply-To', listed(mail.reply_to)],
      ['Date', mail.date],
      ['Message-ID', mail.message_id],
      ['Subject', mail.subject],
      ...Object.entries(mail.headers),
      ...mail.attachments.map((file) => ['Attachment', `${file.filename} (${file.content_type}, ${file.bytes} bytes)`] as const),
      ['Masked', listed(mail.masked)],
      ['Not rendered', mail.error ?? undefined],
    ],
    screen.paint,
  );
  const body = mail.text ?? (mail.html === null ? '' : '(only HTML: --part html shows it)');
  return `${head}\n${manyLines(body).replace(/\n*$/, '\n')}`;
}
