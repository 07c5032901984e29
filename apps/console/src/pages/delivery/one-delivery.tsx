import type { Delivery, Explanation } from '@mail/client';
import { useAnswer } from '../../api/use-answer.js';
import { Answer } from '../../ui/answer.js';
import { Chip } from '../../ui/chip.js';
import { Page } from '../../ui/page.js';
import { About } from './about.js';
import { Attempts } from './attempts.js';
import { Content } from './content.js';
import { Explained } from './explained.js';
import { Family } from './family.js';
import { Recipients } from './recipients.js';

const EVERY_MS = 3000;

/** One delivery: why it is where it is, what was tried, and what can be done. */
export function OneDelivery({ id }: { readonly id: string }) {
  const path = `deliveries/${encodeURIComponent(id)}`;
  const delivery = useAnswer<Delivery>(path, { everyMs: EVERY_MS });
  const explanation = useAnswer<Explanation>(`${path}/explain`, { everyMs: EVERY_MS });
  return (
    <Page title="Delivery" aside={delivery.data === undefined ? null : <Head of={delivery.data} />}>
      <Answer of={explanation} lines={4}>
        {(why) => <Explained why={why} expiresAt={delivery.data?.expires_at ?? null} />}
      </Answer>
      {/* What is not there the explanation has said already. */}
      {(delivery.data !== undefined || explanation.error === null) && (
        <Answer of={delivery} lines={10}>
          {(it) => (
            <>
              <Recipients of={it.recipients} />
              <Attempts of={it.attempts} />
              <div className="columns">
                <About of={it} />
                <Family of={it} resentAs={explanation.data?.resent_as ?? []} />
              </div>
              <Content path={path} />
            </>
          )}
        </Answer>
      )}
    </Page>
  );
}

function Head({ of: { status, recipients } }: { readonly of: Delivery }) {
  const [first] = recipients;
  return (
    <p className="page-fact">
      <Chip of={status} />
      <span>
        to <strong className="address">{first?.address}</strong>
        {recipients.length > 1 && ` and ${recipients.length - 1} more`}
      </span>
    </p>
  );
}
