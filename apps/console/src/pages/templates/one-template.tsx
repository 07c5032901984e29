import type { ShownTemplate } from '@mail/client';
import { useAnswer } from '../../api/use-answer.js';
import { Link } from '../../router.js';
import { Answer } from '../../ui/answer.js';
import { Copyable } from '../../ui/copyable.js';
import { Facts } from '../../ui/facts.js';
import { Page, Section } from '../../ui/page.js';
import { Table } from '../../ui/table.js';
import { Preview } from './preview.js';

/** One template: its variables, and what it looks like. */
export function OneTemplate({ id }: { readonly id: string }) {
  const found = useAnswer<ShownTemplate>(`templates/${encodeURIComponent(id)}`);
  return (
    <Page
      title={id}
      aside={
        <Link className="button" to={`deliveries?template_id=${encodeURIComponent(id)}`}>
          Its deliveries
        </Link>
      }
    >
      <Answer of={found} lines={8}>
        {(template) => (
          <>
            {template.description !== null && <p className="lead">{template.description}</p>}
            <Preview template={template} />
            <Variables of={template} />
            <Section title="Facts">
              <Facts
                of={[
                  ['Owner', template.owner],
                  ['Locales', template.locales.join(', ')],
                  ['Default locale', template.default_locale],
                  ['If uncertain', template.on_uncertain],
                  ['Secret', template.secret_names.length === 0 ? 'nothing' : template.secret_names.join(', ')],
                  [
                    'Version',
                    <Copyable key="hash" text={template.template_hash} short={template.template_hash.slice(0, 19)} what="template hash" />,
                  ],
                ]}
              />
            </Section>
          </>
        )}
      </Answer>
    </Page>
  );
}

interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<
    Record<string, { readonly type?: string; readonly format?: string; readonly description?: string; readonly maxLength?: number }>
  >;
}

function Variables({ of: { variables_schema, secret_names } }: { readonly of: ShownTemplate }) {
  const { required = [], properties = {} } = (variables_schema ?? {}) as Schema;
  return (
    <Section title="Variables">
      <Table
        caption="Variables"
        rows={Object.entries(properties)}
        keyOf={([name]) => name}
        columns={[
          { name: 'Name', cell: ([name]) => <code>{name}</code> },
          { name: 'Must be there', cell: ([name]) => (required.includes(name) ? 'yes' : 'no') },
          {
            name: 'Type',
            cell: ([, { type = 'any', format, maxLength }]) =>
              [type, format, maxLength === undefined ? null : `up to ${maxLength}`].filter(Boolean).join(', '),
          },
          {
            name: 'Meaning',
            kind: 'wide',
            cell: ([name, { description }]) => `${description ?? ''}${secret_names.includes(name) ? ' Secret.' : ''}`,
          },
        ]}
      />
    </Section>
  );
}
