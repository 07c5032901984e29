import { redactVariables, type TemplateCatalog } from '@mail/templates';

const MASK = '••••••';
/** Members of a command that hold no secret by what they are for. */
const OPEN = [
  ...['to', 'cc', 'bcc', 'reply_to', 'headers', 'tags', 'priority'],
  ...['deliver_at', 'expires_at', 'supersede_key', 'on_uncertain'],
];

/**
 * A command that was refused, as an operator may see it. What the schema does not know is masked, since a secret may stand under
 * a name that was mistyped; so are a template's secret variables, and all variables of a template that this process does not have.
 * Attachments are shown by their length.
 */
export function maskedCommand(command: unknown, templates: TemplateCatalog): unknown {
  if (!isRecord(command)) return MASK;
  return mapped(command, (name, value) => {
    if (name === 'content') return maskedContent(value, templates);
    if (name === 'attachments') return Array.isArray(value) ? value.map(maskedAttachment) : MASK;
    return OPEN.includes(name) ? value : MASK;
  });
}

function maskedContent(content: unknown, templates: TemplateCatalog): unknown {
  if (!isRecord(content)) return MASK;
  const { mode, template_id: templateId } = content;
  const open = mode === 'rendered' ? ['mode', 'subject', 'text', 'html'] : ['mode', 'template_id', 'locale'];
  const version = typeof templateId === 'string' ? templates.get(templateId) : undefined;
  return mapped(content, (name, value) => {
    if (open.includes(name)) return value;
    if (name !== 'variables' || !isRecord(value)) return MASK;
    const redacted = version === undefined ? {} : redactVariables(version, value);
    return mapped(value, (variable) => redacted[variable] ?? MASK);
  });
}

function maskedAttachment(attachment: unknown): unknown {
  if (!isRecord(attachment)) return MASK;
  return mapped(attachment, (name, value) => {
    if (name === 'content_base64') return typeof value === 'string' ? `${value.length} characters` : MASK;
    return ['filename', 'content_type', 'content_id'].includes(name) ? value : MASK;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapped(record: Record<string, unknown>, value: (name: string, value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, given]) => [name, value(name, given)]));
}
