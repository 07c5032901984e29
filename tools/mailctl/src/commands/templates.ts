import type { Preview, ShownTemplate, Template } from '@mail/client';
import { Option, type Command } from 'commander';
import { parseObject, withExamples } from '../arguments.js';
import { perform, type Context } from '../context.js';
import { manyLines } from '../output/plain-text.js';
import { fields, type Column } from '../output/table.js';
import { writeList } from '../write-list.js';
import { writeOne } from '../write-one.js';
import { bodyText, partText, type Part } from './show-content.js';

const columns: readonly Column<Template>[] = [
  { title: 'TEMPLATE', of: ({ template_id }) => template_id },
  { title: 'OWNER', of: ({ owner }) => owner },
  { title: 'LOCALES', of: ({ locales }) => locales.join(' ') },
  { title: 'ON UNCERTAIN', of: ({ on_uncertain }) => on_uncertain, lesser: true },
  { title: 'SECRETS', of: ({ secret_names }) => secret_names.join(' ') },
  { title: 'HASH', of: ({ template_hash }) => template_hash.slice(0, 'sha256:'.length + 12), lesser: true },
  { title: 'DESCRIPTION', of: ({ description }) => description, shrinks: true },
];

const indented = (value: unknown): string => manyLines(JSON.stringify(value, null, 2));

function shown(template: ShownTemplate, { screen }: Context): string {
  const top = fields(
    [
      ['template', template.template_id],
      ['hash', template.template_hash],
      ['owner', template.owner],
      ['description', template.description],
      ['locales', template.locales.map((locale) => (locale === template.default_locale ? `${locale} (default)` : locale)).join(', ')],
      ['on uncertain', template.on_uncertain],
      ['secrets', template.secret_names.join(', ')],
    ],
    screen.paint,
  );
  return `${top}\nvariables: ${indented(template.variables_schema)}\nexamples: ${indented(template.examples)}\n`;
}

export function addTemplates(program: Command): void {
  const templates = program.command('templates').description('the catalog of the process that answers');

  const list = templates.command('list').description('all templates');
  withExamples(list, 'mailctl templates list');
  perform(list, (context) => writeList(context, { list: () => context.client.templates.list() }, {}, { limit: Infinity }, columns));

  const show = templates
    .command('show')
    .description('one template: its variables, locales and examples')
    .argument('<id>', 'the template_id');
  withExamples(show, 'mailctl templates show notification.generic');
  perform(show, async (context, _, id = '') => writeOne(context, await context.client.templates.get(id), shown));

  const preview = templates
    .command('preview')
    .description('what its mail looks like; by default with its own examples')
    .argument('<id>', 'the template_id');
  preview.option('--locale <tag>', 'in this language');
  preview.addOption(new Option('--variables <json>', 'with these variables').argParser(parseObject));
  preview.addOption(new Option('--part <part>', 'one part alone, as it is').choices(['subject', 'text', 'html']));
  withExamples(
    preview,
    'mailctl templates preview notification.generic --locale de-AT',
    `mailctl templates preview notification.generic --variables '{"title":"Hello","body":"It works."}' --part html > preview.html`,
  );
  perform<{ locale?: string; variables?: Record<string, unknown>; part?: Part }>(
    preview,
    async (context, { locale = null, variables = null, part }, id = '') =>
      writeOne(context, await context.client.templates.preview(id, { locale, variables }), (mail) =>
        previewText(mail, part ?? null, context),
      ),
  );
}

function previewText(preview: Preview, part: Part | null, context: Context): string {
  if (part !== null) return partText(preview, part, context);
  const head = fields(
    [
      ['Template', `${preview.template_id} ${preview.locale}`],
      ['Subject', preview.subject],
    ],
    context.screen.paint,
  );
  return `${head}\n${bodyText(preview)}`;
}
