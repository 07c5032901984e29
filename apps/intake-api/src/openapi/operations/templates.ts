import { previewRequestSchema, templateId } from '@mail/domain';
import { previewAnswer, shownTemplate, templateList, type TemplateAnswer } from '../answers/template.js';
import { EXAMPLE_HASH, problem } from '../examples.js';
import { named } from '../named-schemas.js';
import type { Operation } from '../operation.js';

const EXAMPLE: TemplateAnswer = {
  template_id: 'notification.generic',
  template_hash: EXAMPLE_HASH,
  owner: 'platform',
  description: 'A heading, a text of one or more paragraphs, and optionally a button.',
  default_locale: 'en',
  locales: ['de', 'en'],
  on_uncertain: 'retry',
  secret_names: [],
};
const template = { schema: templateId, what: 'template' };
const generic = { id: 'notification.generic' };
const notThere = {
  not_there: {
    summary: 'Not in the catalog',
    parameters: { id: 'shop.unheard_of' },
    answer: problem('not_found', 'There is no such template in the catalog of this process.'),
  },
};
const title = { type: 'string', minLength: 1, maxLength: 200 };

export const templates: readonly Operation[] = [
  {
    operationId: 'listTemplates',
    method: 'get',
    path: '/templates',
    tag: 'Templates',
    summary: 'The catalog of this process',
    from: 'catalog',
    answer: { status: 200, description: 'All of it, on one page.', schema: templateList },
    examples: { all: { summary: 'The catalog', answer: { status: 200, body: { items: [EXAMPLE], next_cursor: null } } } },
  },
  {
    operationId: 'getTemplate',
    method: 'get',
    path: '/templates/{id}',
    tag: 'Templates',
    summary: 'One template: variables, locales, examples',
    id: template,
    from: 'catalog',
    answer: { status: 200, description: 'The template.', schema: shownTemplate },
    examples: {
      generic: {
        summary: 'A template',
        parameters: generic,
        answer: {
          status: 200,
          body: {
            ...EXAMPLE,
            variables_schema: { type: 'object', required: ['title', 'body'], properties: { title, body: title } },
            examples: { title: 'Your export is ready', body: 'It has 12 files.' },
          },
        },
      },
      ...notThere,
    },
  },
  {
    operationId: 'previewTemplate',
    method: 'post',
    path: '/templates/{id}/preview',
    tag: 'Templates',
    summary: 'What a template looks like',
    description: "With the given variables, or with the examples of the template's manifest. Nothing is stored.",
    id: template,
    from: 'catalog',
    body: { schema: named('PreviewRequest', previewRequestSchema), required: false },
    answer: { status: 200, description: 'The mail.', schema: previewAnswer },
    answerHeaders: ['Cache-Control'],
    problems: ['missing_variable'],
    examples: {
      in_german: {
        summary: 'In the language of a locale that there is not',
        parameters: generic,
        body: { locale: 'de-AT', variables: { title: 'Hallo', body: 'Es geht.' } },
        answer: {
          status: 200,
          body: {
            template_id: 'notification.generic',
            template_hash: EXAMPLE_HASH,
            locale: 'de',
            subject: 'Hallo',
            text: 'Es geht.',
            html: '<!doctype html><html lang="de">…</html>',
          },
        },
      },
      no_variable: {
        summary: 'Without a variable that it needs',
        parameters: generic,
        body: { variables: { title: 'Hello' } },
        answer: problem('missing_variable', 'one fault at "/variables/body": is required', [
          { pointer: '/variables/body', detail: 'is required' },
        ]),
      },
      ...notThere,
    },
  },
];
