import { z } from 'zod';
import { named, type Answer } from '../named-schemas.js';
import { onUncertain } from './delivery.js';

const template = {
  template_id: z.string(),
  template_hash: z.string(),
  owner: z.string(),
  description: z.string().nullable(),
  default_locale: z.string(),
  locales: z.array(z.string()),
  on_uncertain: onUncertain,
  secret_names: z.array(z.string()).meta({ description: 'The variables that are secret.' }),
};
export const templateAnswer = named('Template', z.object(template));
export type TemplateAnswer = Answer<typeof templateAnswer>;
export const templateList = named('TemplateList', z.object({ items: z.array(templateAnswer), next_cursor: z.null() }));

export const shownTemplate = named(
  'ShownTemplate',
  z.object({
    ...template,
    variables_schema: z.record(z.string(), z.unknown()).meta({ description: 'A JSON Schema.' }),
    examples: z.record(z.string(), z.unknown()),
  }),
);
export type ShownTemplate = Answer<typeof shownTemplate>;

export const previewAnswer = named(
  'Preview',
  z.object({
    template_id: z.string(),
    template_hash: z.string(),
    locale: z.string(),
    subject: z.string(),
    text: z.string().nullable(),
    html: z.string().nullable(),
  }),
);
export type PreviewAnswer = Answer<typeof previewAnswer>;
