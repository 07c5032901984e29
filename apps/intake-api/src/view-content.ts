import { boundedTransaction, readContent, type Database, type ReadContent, type Runner } from '@mail/persistence';
import type { FindTemplateVersion } from '@mail/runtime/template-versions';
import { redactVariables } from '@mail/templates';
import type { ContentAnswer } from './openapi/answers/acceptance.js';
import { ProblemError } from './problem.js';

interface Body {
  readonly subject: string | null;
  readonly text: string | null;
  readonly html: string | null;
  /** Names of the variables that stand masked in it. */
  readonly masked: readonly string[];
  /** Why it cannot be rendered. */
  readonly error: string | null;
}

/** What was or would be sent, rendered from the pinned version as the worker does, but with every secret masked. */
export function viewContent(database: Database, findVersion: FindTemplateVersion, timeoutMs: number) {
  return async (deliveryId: string): Promise<ContentAnswer> => {
    const read = (client: Runner) => readContent(client, deliveryId);
    // What a replica does not know of yet, the primary does.
    const stored = (await database.read(timeoutMs, read)) ?? (await boundedTransaction(database, timeoutMs, read));
    if (stored === null) throw ProblemError.of('not_found', 'There is no such delivery.');
    const addresses = (wanted: string): string[] => stored.recipients.flatMap(({ address, kind }) => (kind === wanted ? [address] : []));
    return {
      delivery_id: stored.delivery_id,
      template_id: stored.template_id,
      locale: stored.locale,
      template_hash: stored.template_hash,
      message_id: stored.message_id,
      date: stored.created_at.toISOString(),
      from: { email: stored.from_email, name: stored.from_name },
      to: addresses('to'),
      cc: addresses('cc'),
      bcc: addresses('bcc'),
      reply_to: stored.content.reply_to,
      headers: stored.content.headers,
      ...(await bodyOf(stored, findVersion)),
      attachments: stored.attachments,
      content_purged_at: stored.content_purged_at?.toISOString() ?? null,
    };
  };
}

async function bodyOf({ content: { body }, ...stored }: ReadContent, findVersion: FindTemplateVersion): Promise<Body> {
  if (body.mode === 'rendered') return { subject: body.subject, text: body.text, html: body.html, masked: [], error: null };
  const { template_id, template_hash, locale, secret_names } = stored;
  const version = template_id === null || template_hash === null ? null : await findVersion(template_id, template_hash);
  if (version === null || locale === null) return notRendered('the template version that it was accepted with is not recorded any more');
  // Their values are not even read: the mask stands for them.
  const secrets = Object.fromEntries(secret_names.map((name) => [name, null]));
  const variables = redactVariables(version, { ...body.variables, ...secrets });
  const rendered = version.render(locale, variables);
  if (!rendered.ok) return notRendered(rendered.error);
  const { subject, text, html } = rendered;
  return { subject, text, html, masked: version.secretNames.filter((name) => name in variables), error: null };
}

function notRendered(error: string): Body {
  return { subject: null, text: null, html: null, masked: [], error };
}

export type ViewContent = ReturnType<typeof viewContent>;
