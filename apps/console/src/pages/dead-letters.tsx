import type { DeadLetter, Page as ListPage } from '@mail/client';
import { pathOf, useAnswer } from '../api/use-answer.js';
import { Link, type Place } from '../router.js';
import { Answer, Empty } from '../ui/answer.js';
import { Chip } from '../ui/chip.js';
import { Id } from '../ui/copyable.js';
import { Page } from '../ui/page.js';
import { Pager } from '../ui/pager.js';
import { PeriodFilter } from '../ui/period-filter.js';
import { Table } from '../ui/table.js';
import { When } from '../ui/when.js';

/** What was given up after the last attempt. */
export function DeadLetters({ place }: { readonly place: Place }) {
  const query = place.query.toString();
  const page = useAnswer<ListPage<DeadLetter>>(`dead-letters${query === '' ? '' : `?${query}`}`, { everyMs: 10_000 });
  return (
    <Page
      title="Dead letters"
      aside={
        <Link className="button" to={pathOf('resend-plans/new', { status: 'dead_letter', created_from: place.query.get('created_from') })}>
          Resend in bulk…
        </Link>
      }
    >
      <p className="lead">Given up: the retry schedule was used up, and recipients were still open. Each can be sent again.</p>
      <div className="filters">
        <PeriodFilter place={place} />
      </div>
      <Answer of={page} lines={10}>
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 ? <Empty title="No dead letters." /> : <List items={items} />}
            <Pager place={place} count={items.length} nextCursor={next_cursor} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function List({ items }: { readonly items: readonly DeadLetter[] }) {
  return (
    <Table
      caption="Dead letters, the newest first"
      rows={items}
      keyOf={({ delivery_id }) => delivery_id}
      linkOf={({ delivery_id }) => `deliveries/${delivery_id}`}
      columns={[
        { name: 'Last outcome', cell: ({ reason }) => <Chip of={reason} /> },
        { name: 'Given up', cell: ({ created_at }) => <When at={created_at} /> },
        { name: 'Last reply', cell: ({ smtp_reply, error }) => <code className="wrap">{smtp_reply ?? error ?? '—'}</code> },
        { name: 'Attempts', kind: 'end wide', cell: ({ attempts }) => attempts },
        { name: 'Template', kind: 'wide', cell: ({ template_id }) => template_id ?? <span className="quiet">rendered</span> },
        { name: 'Source', kind: 'wide', cell: ({ source }) => source },
        { name: 'Key', kind: 'wider', cell: ({ idempotency_key }) => <code className="cut">{idempotency_key}</code> },
        { name: 'Id', kind: 'wider', cell: ({ delivery_id }) => <Id id={delivery_id} what="delivery id" /> },
      ]}
    />
  );
}
