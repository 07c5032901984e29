import { openRecipients, type StoredContent } from '@mail/domain';
import type { TakenAttempt } from '@mail/persistence';
import type { OutgoingMail } from '@mail/provider';
import type { FindTemplateVersion } from '@mail/runtime/template-versions';

export type RenderedMail = { readonly ok: true; readonly mail: OutgoingMail } | { readonly ok: false; readonly error: string };

/** Opened; `null` where the mail has none. */
type Secrets = Readonly<Record<string, unknown>> | null;

/**
 * The mail of a taken attempt: the content as accepted, addressed to the recipients that are still open. Throws where a failure of ours
 * is in the way, and not the mail: its content is gone, or its template version cannot be read, or is not there.
 */
export async function renderMail(attempt: TakenAttempt, secrets: Secrets, findVersion: FindTemplateVersion): Promise<RenderedMail> {
  const content = attempt.content as StoredContent | null;
  if (content === null) throw new Error('the content of the delivery is gone');
  const body = await renderBody(attempt, content, secrets, findVersion);
  if (!body.ok) return body;
  const addresses = (kind: 'to' | 'cc' | 'bcc'): string[] =>
    attempt.recipients.filter((recipient) => recipient.kind === kind).map(({ address }) => address);
  return {
    ok: true,
    mail: {
      deliveryId: attempt.delivery_id,
      messageId: attempt.message_id,
      date: attempt.created_at,
      from: { email: attempt.from_email, name: attempt.from_name },
      to: addresses('to'),
      cc: addresses('cc'),
      bcc: addresses('bcc'),
      replyTo: content.reply_to,
      subject: body.subject,
      text: body.text,
      html: body.html,
      headers: content.headers,
      attachments: content.attachments.map(({ filename, content_type, content_base64, content_id }) => ({
        filename,
        contentType: content_type,
        content: Buffer.from(content_base64, 'base64'),
        ...(content_id === undefined ? {} : { contentId: content_id }),
      })),
      recipients: openRecipients(attempt.recipients, attempt.on_uncertain),
    },
  };
}

type RenderedBody =
  | { readonly ok: true; readonly subject: string; readonly text: string | null; readonly html: string | null }
  | { readonly ok: false; readonly error: string };

async function renderBody(
  attempt: TakenAttempt,
  { body }: StoredContent,
  secrets: Secrets,
  findVersion: FindTemplateVersion,
): Promise<RenderedBody> {
  if (body.mode === 'rendered') return { ok: true, subject: body.subject, text: body.text, html: body.html };
  const { template_id, template_hash, locale } = attempt;
  if (template_id === null || template_hash === null || locale === null) throw new Error('the delivery names no template version');
  const version = await findVersion(template_id, template_hash);
  if (version === null) throw new Error(`version ${template_hash} of template ${template_id} is not recorded`);
  return version.render(locale, { ...body.variables, ...secrets });
}
