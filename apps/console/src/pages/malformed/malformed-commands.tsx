import type { MalformedCommand, Page as ListPage } from '@mail/client';
import { useAnswer } from '../../api/use-answer.js';
import type { Place } from '../../router.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Page } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { PeriodFilter } from '../../ui/period-filter.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import { bytes, spoken } from '../../words.js';

/** What the stream's consumer refused. */
export function MalformedCommands({ place }: { readonly place: Place }) {
  const query = place.query.toString();
  const page = useAnswer<ListPage<MalformedCommand>>(`malformed-commands${query === '' ? '' : `?${query}`}`, { everyMs: 10_000 });
  return (
    <Page title="Malformed commands">
      <p className="lead">Entries of the stream that could not be accepted. Nobody was told: their senders see it here alone.</p>
      <div className="filters">
        <PeriodFilter place={place} />
      </div>
      <Answer of={page} lines={10}>
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 ? <Empty title="Every command of the stream was accepted." /> : <List items={items} />}
            <Pager place={place} count={items.length} nextCursor={next_cursor} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function List({ items }: { readonly items: readonly MalformedCommand[] }) {
  return (
    <Table
      caption="Malformed commands, the newest first"
      rows={items}
      keyOf={({ malformed_id }) => malformed_id}
      linkOf={({ malformed_id }) => `malformed-commands/${malformed_id}`}
      columns={[
        { name: 'Why', cell: ({ code }) => <strong>{spoken(code)}</strong> },
        { name: 'Refused', cell: ({ created_at }) => <When at={created_at} /> },
        { name: 'Reason', cell: ({ reason }) => reason },
        { name: 'Source', kind: 'wide', cell: ({ source }) => source ?? <span className="quiet">—</span> },
        {
          name: 'Key',
          kind: 'wide',
          cell: ({ idempotency_key: key }) => (key === null ? <span className="quiet">—</span> : <code className="cut">{key}</code>),
        },
        { name: 'Size', kind: 'end wider', cell: ({ raw_bytes }) => bytes(raw_bytes) },
        { name: 'Entry', kind: 'wider', cell: ({ entry_id }) => <code>{entry_id}</code> },
        { name: 'Replayed', kind: 'wide', cell: ({ replayed_at }) => <When at={replayed_at} /> },
      ]}
    />
  );
}
