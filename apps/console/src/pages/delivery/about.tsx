import type { Delivery } from '@mail/client';
import { Link } from '../../router.js';
import { Copyable } from '../../ui/copyable.js';
import { Facts } from '../../ui/facts.js';
import { Section } from '../../ui/page.js';
import { When } from '../../ui/when.js';
import { pathOf } from '../../api/use-answer.js';
import { spoken } from '../../words.js';

const time = (at: string | null) => (at === null ? null : <When at={at} long />);

/** `sha256:` and enough of it. */
const HASH_SHOWN = 19;

/** All else that is known of it, with the way to others that are like it. */
export function About({ of }: { readonly of: Delivery }) {
  const tags = Object.entries(of.tags);
  return (
    <Section title="Facts">
      <Facts
        of={[
          ['Delivery', <Copyable key="id" text={of.delivery_id} what="delivery id" />],
          [
            'Source',
            <Link key="source" to={pathOf('deliveries', { source: of.source })}>
              {of.source}
            </Link>,
          ],
          ['Idempotency key', <Copyable key="key" text={of.idempotency_key} what="idempotency key" />],
          ['Message-ID', <Copyable key="message" text={of.message_id} what="Message-ID" />],
          [
            'Template',
            of.template_id === null ? null : (
              <Link key="template" to={pathOf('deliveries', { template_id: of.template_id })}>
                {of.template_id}
              </Link>
            ),
          ],
          ['Locale', of.locale],
          ['Template version', of.template_hash === null ? null : <code>{of.template_hash.slice(0, HASH_SHOWN)}</code>],
          ['Lane', of.priority],
          ['If uncertain', of.on_uncertain],
          [
            'Tags',
            tags.length === 0
              ? null
              : tags.map(([name, value]) => (
                  <Link key={name} className="tag" to={pathOf('deliveries', { [`tag.${name}`]: value })}>
                    {name}: {value}
                  </Link>
                )),
          ],
          ['Accepted', time(of.created_at)],
          ['Not before', time(of.deliver_at)],
          ['Expires', time(of.expires_at)],
          ['Next attempt', time(of.next_attempt_at)],
          ['Ended', time(of.ended_at)],
          ['End reason', of.end_reason === null ? null : spoken(of.end_reason)],
        ]}
      />
    </Section>
  );
}
