import { useEffect, useState, type FormEvent } from 'react';
import { goTo, type Place } from '../../router.js';
import { Icon } from '../../ui/icon.js';
import { Notice } from '../../ui/notice.js';
import { withParameters } from '../../ui/pager.js';
import { PeriodFilter } from '../../ui/period-filter.js';
import { toneOf } from '../../ui/tones.js';
import { spoken } from '../../words.js';
import { isSearched, readSearch, writeSearch } from './search-words.js';

const STATUSES = ['queued', 'sending', 'sent', 'failed', 'dead_letter', 'uncertain', 'expired', 'cancelled', 'superseded', 'suppressed'];

/** Which deliveries: the address of the page says, and this writes it. */
export function FilterBar({ place }: { readonly place: Place }) {
  const written = writeSearch(place.query);
  const [text, setText] = useState(written);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    setText(written);
    setFault(null);
  }, [written]);

  const search = (event: FormEvent): void => {
    event.preventDefault();
    const read = readSearch(text);
    if ('fault' in read) return setFault(read.fault);
    setFault(null);
    if ('id' in read) return goTo(`deliveries/${read.id}`);
    const without = Object.fromEntries([...place.query.keys()].filter(isSearched).map((name) => [name, null]));
    goTo(withParameters(place, { ...without, ...read.filters }));
  };

  return (
    <div className="filters">
      <form role="search" onSubmit={search}>
        <label className="search">
          <span className="unseen">Search deliveries</span>
          <Icon name="search" />
          <input
            data-search=""
            type="search"
            name="search"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder="Address, id, source:shop, template:game.turn_ready, key:…, tag.tenant:acme"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        <button type="submit">Search</button>
      </form>
      {fault !== null && <Notice tone="warn" title={fault} isUrgent />}
      <div className="filter-row">
        <StatusFilter place={place} />
        <PeriodFilter place={place} />
      </div>
    </div>
  );
}

function StatusFilter({ place }: { readonly place: Place }) {
  const chosen = place.query.getAll('status');
  const toggle = (status: string): void => {
    const status_ = chosen.includes(status) ? chosen.filter((each) => each !== status) : [...chosen, status];
    goTo(withParameters(place, { status: status_ }));
  };
  return (
    <fieldset className="status-filter">
      <legend className="unseen">Status</legend>
      {STATUSES.map((status) => (
        <label key={status} className="toggle" data-tone={toneOf(status)}>
          <input type="checkbox" checked={chosen.includes(status)} onChange={() => toggle(status)} />
          <Icon name={toneOf(status)} />
          {spoken(status)}
        </label>
      ))}
    </fieldset>
  );
}
