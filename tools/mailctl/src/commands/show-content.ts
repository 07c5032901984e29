import type { DeliveryContent } from '@mail/client';
import type { Context } from '../context.js';
import { UsageError } from '../exit-code.js';
import { manyLines } from '../output/plain-text.js';
import { fields } from '../output/table.js';

export type Part = 'subject' | 'text' | 'html';
type Shown = Readonly<Record<Part, string | null>>;

const listed = (addresses: readonly string[]): string | undefined => (addresses.length === 0 ? undefined : addresses.join(', '));

/** One part of a mail, which for a file or a pipe is left as it is. */
export function partText(mail: Shown & { readonly error?: string | null }, part: Part, { screen }: Context): string {
  const text = mail[part];
  const { error = null } = mail;
  if (text === null) throw new UsageError(error === null ? `this mail has no ${part}` : `it cannot be rendered: ${error}`);
  return `${screen.isTerminal ? manyLines(text) : text}\n`;
}

/** What of a mail can be read on a terminal. */
export function bodyText({ text, html }: Pick<Shown, 'text' | 'html'>): string {
  return manyLines(text ?? (html === null ? '' : '(only HTML: --part html shows it)')).replace(/\n*$/, '\n');
}

/** A mail as its reader would see it, or one part of it. */
export function contentText(mail: DeliveryContent, part: Part | null, context: Context): string {
  if (part !== null) return partText(mail, part, context);
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
    context.screen.paint,
  );
  return `${head}\n${bodyText(mail)}`;
}
