import type { OperatorAction, Page as ListPage } from '@mail/client';
import { useEffect, useState, type FormEvent } from 'react';
import { useAnswer } from '../api/use-answer.js';
import { goTo, Link, type Place } from '../router.js';
import { Answer, Empty } from '../ui/answer.js';
import { Page } from '../ui/page.js';
import { Pager, withParameters } from '../ui/pager.js';
import { PeriodFilter } from '../ui/period-filter.js';
import { Table } from '../ui/table.js';
import { When } from '../ui/when.js';
import { plural, spoken } from '../words.js';

const BY = [
  ['operator', 'Operator'],
  ['action', 'Action'],
  ['delivery_id', 'Delivery id'],
] as const;

/** Who changed what. */
export function AuditTrail({ place }: { readonly place: Place }) {
  const query = place.query.toString();
  const page = useAnswer<ListPage<OperatorAction>>(`operator-actions${query === '' ? '' : `?${query}`}`, { everyMs: 10_000 });
  return (
    <Page title="Audit trail">
      <p className="lead">Everything that operators changed, written down in the transaction of the change itself.</p>
      <div className="filters">
        <ByFilter place={place} />
        <PeriodFilter place={place} />
      </div>
      <Answer of={page} lines={10}>
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 ? (
              <Empty title={query === '' ? 'Nobody has changed anything yet.' : 'No act is like that.'} />
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

function ByFilter({ place }: { readonly place: Place }) {
  const [chosen = BY[0]] = BY.filter(([name]) => place.query.has(name));
  const [by, setBy] = useState<string>(chosen[0]);
  const written = place.query.get(chosen[0]) ?? '';
  const [value, setValue] = useState(written);
  useEffect(() => setValue(written), [written]);
  const search = (event: FormEvent): void => {
    event.preventDefault();
    goTo(withParameters(place, { operator: null, action: null, delivery_id: null, [by]: value.trim() }));
  };
  return (
    <form role="search" onSubmit={search}>
      <label>
        <span className="unseen">Search by</span>
        <select value={by} onChange={(event) => setBy(event.target.value)}>
          {BY.map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="unseen">Search for</span>
        <input data-search="" type="search" value={value} placeholder="All" onChange={(event) => setValue(event.target.value)} />
      </label>
      <button type="submit">Search</button>
    </form>
  );
}

function List({ items }: { readonly items: readonly OperatorAction[] }) {
  return (
    <Table
      caption="Acts of operators, the newest first"
      rows={items}
      keyOf={({ action_id }) => action_id}
      columns={[
        { name: 'Who', cell: ({ operator }) => <strong>{operator}</strong> },
        { name: 'Did', cell: ({ action }) => spoken(action) },
        { name: 'When', cell: ({ created_at }) => <When at={created_at} /> },
        { name: 'Deliveries', kind: 'wide', cell: ({ delivery_ids }) => <Concerned ids={delivery_ids} /> },
        { name: 'Detail', kind: 'wider', cell: ({ detail }) => <code className="wrap">{JSON.stringify(detail)}</code> },
      ]}
    />
  );
}

const SHOWN = 3;

function Concerned({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return <span className="quiet">—</span>;
  return (
    <>
      {ids.slice(0, SHOWN).map((id) => (
        <Link key={id} to={`deliveries/${id}`} className="id-link">
          …{id.slice(-12)}
        </Link>
      ))}
      {ids.length > SHOWN && <span className="quiet"> and {plural(ids.length - SHOWN, 'more', 'more')}</span>}
    </>
  );
}
