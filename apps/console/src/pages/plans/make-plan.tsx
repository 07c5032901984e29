import type { ResendPlan } from '@mail/client';
import { useState, type FormEvent } from 'react';
import { ask } from '../../api/ask.js';
import { goTo, type Place } from '../../router.js';
import { Confirm } from '../../ui/confirm.js';
import { Notice } from '../../ui/notice.js';
import { Page, Section } from '../../ui/page.js';
import { spoken } from '../../words.js';
import { readSearch, writeSearch } from '../deliveries/search-words.js';

const ENDS = ['failed', 'dead_letter', 'uncertain', 'expired', 'cancelled', 'sent'] as const;
const DEFAULT_ENDS = ['failed', 'dead_letter'];

/** `2026-01-02` or `2026-01-02 03:04`, which is UTC, as the API takes it. */
export const utc = (field: string): string => (field === '' ? '' : `${field.slice(0, 10)}T${field.slice(11) || '00:00'}:00.000Z`);

/** A plan out of a filter, such as that of the list one comes from. */
export function MakePlan({ place: { query } }: { readonly place: Place }) {
  const [wanted, setWanted] = useState<Record<string, unknown> | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const given = query.getAll('status').filter((status) => (ENDS as readonly string[]).includes(status));
  const read = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const searched = readSearch(text('filter'));
    if ('fault' in searched) return setFault(searched.fault);
    if ('id' in searched) return setFault('One delivery is sent again from its own page.');
    setFault(null);
    const body = {
      ...searched.filters,
      status: form.getAll('status').map(String),
      created_from: utc(text('created_from')),
      created_to: utc(text('created_to')),
      expires_at: utc(text('expires_at')),
    };
    setWanted({
      ...Object.fromEntries(Object.entries(body).filter(([, value]) => value.length > 0)),
      rate_per_second: Number(text('rate_per_second')),
      include_resent: form.has('include_resent'),
    });
  };
  return (
    <Page title="New resend plan">
      <p className="lead">First the set is frozen and counted; nothing is sent before it is started.</p>
      <Section title="Which deliveries">
        <form className="form" onSubmit={read}>
          <label className="field">
            Filter
            <input
              name="filter"
              data-search=""
              autoComplete="off"
              spellCheck={false}
              defaultValue={writeSearch(query)}
              placeholder="source:shop, template:game.turn_ready, an address, key:…, tag.tenant:acme"
            />
          </label>
          {fault !== null && <Notice tone="warn" title={fault} isUrgent />}
          <fieldset className="status-filter">
            <legend>That ended as</legend>
            {ENDS.map((status) => (
              <label key={status} className="toggle">
                <input
                  type="checkbox"
                  name="status"
                  value={status}
                  defaultChecked={(given.length > 0 ? given : DEFAULT_ENDS).includes(status)}
                />
                {spoken(status)}
              </label>
            ))}
          </fieldset>
          <div className="fields">
            <TimeField name="created_from" label="Accepted from (UTC)" value={query.get('created_from')} />
            <TimeField name="created_to" label="Accepted before (UTC)" value={query.get('created_to')} />
            <label className="field">
              Rate, a second
              <input name="rate_per_second" type="number" min="1" max="1000" defaultValue="50" required />
            </label>
            <TimeField name="expires_at" label="New expiry, if expired (UTC)" value={null} />
          </div>
          <label className="check">
            <input type="checkbox" name="include_resent" /> Also what was sent again before
          </label>
          <footer>
            <button type="submit" className="primary">
              Make the plan…
            </button>
          </footer>
        </form>
      </Section>
      {wanted !== null && <MakeDialog body={wanted} onClose={() => setWanted(null)} />}
    </Page>
  );
}

function TimeField({ name, label, value }: { readonly name: string; readonly label: string; readonly value: string | null }) {
  return (
    <label className="field">
      {label}
      <input
        name={name}
        autoComplete="off"
        placeholder="2026-01-02 03:04"
        pattern={'\\d{4}-\\d\\d-\\d\\d( \\d\\d:\\d\\d)?'}
        title="A day, or a day and a time, in UTC"
        defaultValue={value?.slice(0, 16).replace('T', ' ') ?? ''}
      />
    </label>
  );
}

function MakeDialog({ body, onClose }: { readonly body: Readonly<Record<string, unknown>>; readonly onClose: () => void }) {
  return (
    <Confirm<ResendPlan>
      title="Make this plan?"
      act="Make the plan"
      order={async ({ operator, idempotencyKey }) => {
        const plan = await ask<ResendPlan>('resend-plans', { method: 'POST', operator, idempotencyKey, body });
        goTo(`resend-plans/${plan.plan_id}`);
        return plan;
      }}
      done={() => <p>It is made.</p>}
      onClose={onClose}
    >
      <p>The scheduler freezes the set of deliveries that are like this now, and counts them. Nothing is sent yet.</p>
      <pre className="code">{JSON.stringify(body, null, 2)}</pre>
    </Confirm>
  );
}
