import type { Page as ListPage, ResendPlan } from '@mail/client';
import { useAnswer } from '../../api/use-answer.js';
import { Link, type Place } from '../../router.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Chip } from '../../ui/chip.js';
import { Page } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { PeriodFilter } from '../../ui/period-filter.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import { number } from '../../words.js';
import { Progress } from './progress.js';

/** Bulk resends, past and present. */
export function ResendPlans({ place }: { readonly place: Place }) {
  const query = place.query.toString();
  const page = useAnswer<ListPage<ResendPlan>>(`resend-plans${query === '' ? '' : `?${query}`}`, { everyMs: 5000 });
  return (
    <Page
      title="Resend plans"
      aside={
        <Link className="button primary" to="resend-plans/new">
          New plan…
        </Link>
      }
    >
      <p className="lead">Many deliveries sent again: the set is frozen and counted first, then sent at a rate, and can be paused.</p>
      <div className="filters">
        <PeriodFilter place={place} />
      </div>
      <Answer of={page} lines={8}>
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 ? <Empty title="No plan was made yet." /> : <List items={items} />}
            <Pager place={place} count={items.length} nextCursor={next_cursor} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function List({ items }: { readonly items: readonly ResendPlan[] }) {
  return (
    <Table
      caption="Resend plans, the newest first"
      rows={items}
      keyOf={({ plan_id }) => plan_id}
      linkOf={({ plan_id }) => `resend-plans/${plan_id}`}
      columns={[
        { name: 'What', cell: ({ filter }) => <code className="wrap">{filterWords(filter)}</code> },
        { name: 'Status', cell: ({ status }) => <Chip of={status} /> },
        { name: 'Sent again', cell: (plan) => <Progress of={plan} /> },
        { name: 'Deliveries', kind: 'end wide', cell: ({ total }) => number(total) },
        { name: 'By', kind: 'wide', cell: ({ operator }) => operator },
        { name: 'Made', kind: 'wide', cell: ({ created_at }) => <When at={created_at} /> },
      ]}
    />
  );
}

/** `template_id=game.turn_ready status=failed,dead_letter`. */
export function filterWords(filter: ResendPlan['filter']): string {
  return Object.entries(filter)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : String(value)}`)
    .join(' ');
}
