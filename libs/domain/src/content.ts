import { z } from 'zod';
import { boundedLine, locale } from './command-fields.js';

const MAX_SUBJECT = 998;

const rendered = z
  .strictObject({
    mode: z.literal('rendered'),
    subject: boundedLine(MAX_SUBJECT),
    text: z.string().nullable().default(null),
    html: z.string().nullable().default(null),
  })
  .refine(({ text, html }) => text !== null || html !== null, 'must have text, html or both')
  .meta({ description: 'A mail as the caller wrote it: text, html or both.' });

// Not a record, which would go through every name only to copy it.
const variables = z
  .unknown()
  .transform((value, context): Record<string, unknown> => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    context.issues.push({ code: 'custom', message: 'must be an object', input: value });
    return z.NEVER;
  })
  .meta({ type: 'object', description: 'By name; U+0000 is refused everywhere, and line breaks where the template does not allow them.' });

export const templateId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be a template id')
  .meta({ description: 'A template of the catalog.' });

const template = z
  .strictObject({
    mode: z.literal('template'),
    template_id: templateId,
    locale: locale.nullable().default(null),
    // Looked at by the template's own schema, which knows which of them may have line breaks.
    variables: variables.default({}),
  })
  .meta({ description: "A mail made from a template. Which variables it needs, the template's manifest says." });

/** What is sent. */
export const content = z.discriminatedUnion('mode', [rendered, template]);

export type RenderedContent = z.output<typeof rendered>;
export type TemplateContent = z.output<typeof template>;
