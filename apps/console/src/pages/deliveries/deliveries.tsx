import type { Delivery, Page as ListPage } from '@mail/client';
import { useAnswer } from '../../api/use-answer.js';
import { Link, type Place } from '../../router.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Chip } from '../../ui/chip.js';
import { Id } from '../../ui/copyable.js';
import { Page } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import { FilterBar } from './filter-bar.js';

const EVERY_MS = 10_000;

/** Deliveries by whatever an index serves. */
export function Deliveries({ place }: { readonly place: Place }) {
  const query = place.query.toString();
  const isFirst = !place.query.has('cursor');
  // A page further back does not change by itself.
  const page = useAnswer<ListPage<Delivery>>(`deliveries${query === '' ? '' : `?${query}`}`, isFirst ? { everyMs: EVERY_MS } : {});
  return (
    <Page title="Deliveries" aside={<PlanLink query={place.query} />}>
      <FilterBar place={place} />
      <Answer of={page} lines={14}>
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 ? (
              <Empty title={query === '' ? 'Nothing was accepted yet.' : 'No delivery is like that.'}>
                {query !== '' && (
                  <p>
                    Retention deletes what ended long ago. <Link to="deliveries">Show all</Link>
                  </p>
                )}
              </Empty>
            ) : (
              <List items={items} />
            )}
            <Pager place={place} count={items.length} nextCursor={next_cursor} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function List({ items }: { readonly items: readonly Delivery[] }) {
  return (
    <Table
      caption="Deliveries, the newest first"
      rows={items}
      keyOf={({ delivery_id }) => delivery_id}
      linkOf={({ delivery_id }) => `deliveries/${delivery_id}`}
      columns={[
        { name: 'To', cell: (delivery) => <To delivery={delivery} /> },
        { name: 'Status', cell: ({ status }) => <Chip of={status} /> },
        { name: 'Accepted', cell: ({ created_at }) => <When at={created_at} /> },
        { name: 'Template', kind: 'wide', cell: ({ template_id }) => template_id ?? <span className="quiet">rendered</span> },
        { name: 'Source', kind: 'wide', cell: ({ source }) => source },
        { name: 'Lane', kind: 'wider', cell: ({ priority }) => priority },
        { name: 'Attempts', kind: 'end wide', cell: ({ attempts }) => attempts.length },
        { name: 'Last reply', kind: 'wider', cell: (delivery) => <LastReply delivery={delivery} /> },
        { name: 'Id', kind: 'wider', cell: ({ delivery_id }) => <Id id={delivery_id} what="delivery id" /> },
      ]}
    />
  );
}

function To({ delivery: { recipients } }: { readonly delivery: Delivery }) {
  const [first] = recipients;
  return (
    <>
      <span className="address">{first?.address ?? '—'}</span>
      {recipients.length > 1 && <span className="quiet nowrap"> +{recipients.length - 1}</span>}
    </>
  );
}

function LastReply({ delivery: { attempts } }: { readonly delivery: Delivery }) {
  const last = attempts.findLast(({ outcome }) => outcome !== null);
  const reply = last?.smtp_reply ?? last?.error ?? null;
  return reply === null ? (
    <span className="quiet">—</span>
  ) : (
    <code className="cut" title={reply}>
      {reply}
    </code>
  );
}

/** Bulk resend takes the same filters: what is looked at can be sent again. */
function PlanLink({ query }: { readonly query: URLSearchParams }) {
  const filters = new URLSearchParams(query);
  filters.delete('cursor');
  return (
    <Link className="button" to={`resend-plans/new${filters.size === 0 ? '' : `?${filters}`}`}>
      Resend in bulk…
    </Link>
  );
}
