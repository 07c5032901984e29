import type { StreamIncident } from '@mail/client';
import { Empty } from '../../ui/answer.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import { spoken } from '../../words.js';

const KINDS: Readonly<Record<StreamIncident['kind'], string>> = {
  gap: 'entries were gone before they were read',
  missing_key: 'the stream was gone',
  went_backwards: 'the stream was replaced by an older one',
  wrong_type: 'the key is no stream',
};

/** What the consumer saw go missing. */
export function Incidents({ items }: { readonly items: readonly StreamIncident[] }) {
  if (items.length === 0) return <Empty title="Nothing ever went missing from a stream." />;
  return (
    <Table
      caption="Stream incidents"
      rows={items}
      keyOf={({ incident_id }) => incident_id}
      columns={[
        { name: 'Detected', cell: ({ detected_at }) => <When at={detected_at} /> },
        { name: 'What', cell: ({ kind }) => `${spoken(kind)}: ${KINDS[kind]}` },
        { name: 'Stream', kind: 'wide', cell: ({ stream }) => <code>{stream}</code> },
        { name: 'At', kind: 'wider', cell: ({ offset_id }) => <code>{offset_id}</code> },
        { name: 'Detail', kind: 'wider', cell: ({ detail }) => <code className="wrap">{JSON.stringify(detail)}</code> },
        { name: 'Resolved', cell: ({ resolved_at }) => (resolved_at === null ? <strong>not yet</strong> : <When at={resolved_at} />) },
      ]}
    />
  );
}
