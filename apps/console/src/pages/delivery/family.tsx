import type { Delivery, OperatorAction, Page as ListPage } from '@mail/client';
import { pathOf, useAnswer } from '../../api/use-answer.js';
import { Link } from '../../router.js';
import { Section } from '../../ui/page.js';
import { When } from '../../ui/when.js';
import { spoken } from '../../words.js';

interface FamilyProps {
  readonly of: Delivery;
  readonly resentAs: readonly string[];
}

const DeliveryLink = ({ id }: { readonly id: string }) => (
  <Link to={`deliveries/${id}`} className="id-link">
    …{id.slice(-12)}
  </Link>
);

/** What it was made from, what was made from it, and who did what to it. */
export function Family({ of, resentAs }: FamilyProps) {
  const acts = useAnswer<ListPage<OperatorAction>>(pathOf('operator-actions', { delivery_id: of.delivery_id, limit: '20' }));
  const items = acts.data?.items ?? [];
  return (
    <Section title="Resends and operators">
      <ol className="family">
        {of.resend_of !== null && (
          <li>
            Resend of <DeliveryLink id={of.resend_of} />
          </li>
        )}
        <li>
          <strong>This delivery</strong>, accepted <When at={of.created_at} />
        </li>
        {of.superseded_by !== null && (
          <li>
            Superseded by <DeliveryLink id={of.superseded_by} />
          </li>
        )}
        {resentAs.map((id) => (
          <li key={id}>
            Sent again as <DeliveryLink id={id} />
          </li>
        ))}
      </ol>
      {items.length > 0 ? (
        <ul className="acts" aria-label="What operators did">
          {items.map(({ action_id, operator, action, created_at }) => (
            <li key={action_id}>
              <strong>{operator}</strong>: {spoken(action)} <When at={created_at} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="note">No operator has touched it.</p>
      )}
    </Section>
  );
}
