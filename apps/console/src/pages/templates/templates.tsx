import type { Page as ListPage, Template } from '@mail/client';
import { useAnswer } from '../../api/use-answer.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Page } from '../../ui/page.js';
import { Table } from '../../ui/table.js';

/** The catalog of the process that answers. */
export function Templates() {
  const page = useAnswer<ListPage<Template>>('templates');
  return (
    <Page title="Templates">
      <p className="lead">The catalog of the intake-api that answers. A delivery keeps the version that it was accepted with.</p>
      <Answer of={page}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="The catalog is empty." />
          ) : (
            <Table
              caption="Templates"
              rows={items}
              keyOf={({ template_id }) => template_id}
              linkOf={({ template_id }) => `templates/${encodeURIComponent(template_id)}`}
              columns={[
                { name: 'Template', cell: ({ template_id }) => <strong>{template_id}</strong> },
                { name: 'What', kind: 'wide', cell: ({ description }) => description ?? <span className="quiet">—</span> },
                { name: 'Locales', cell: ({ locales }) => locales.join(', ') },
                {
                  name: 'Secret',
                  kind: 'wide',
                  cell: ({ secret_names }) =>
                    secret_names.length === 0 ? <span className="quiet">nothing</span> : secret_names.join(', '),
                },
                { name: 'Owner', kind: 'wide', cell: ({ owner }) => owner ?? <span className="quiet">—</span> },
                { name: 'Version', kind: 'wider', cell: ({ template_hash }) => <code>{template_hash.slice(0, 19)}</code> },
              ]}
            />
          )
        }
      </Answer>
    </Page>
  );
}
