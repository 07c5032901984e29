import type { DeliveryStatus, OnUncertain, Priority, RecipientKind, RecipientOutcome, StoredContent } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** All of a delivery that a resend copies, or is refused for. */
export interface Resendable {
  readonly delivery_id: string;
  readonly source: string;
  readonly status: DeliveryStatus;
  readonly priority: Priority;
  readonly template_id: string | null;
  readonly locale: string | null;
  readonly template_hash: string | null;
  readonly tags: Record<string, string>;
  readonly on_uncertain: OnUncertain;
  readonly expires_at: Date | null;
  /** By the server's clock. */
  readonly is_expired: boolean;
  readonly content: StoredContent;
  readonly content_purged_at: Date | null;
  readonly recipients: readonly { readonly address: string; readonly kind: RecipientKind; readonly outcome: RecipientOutcome }[];
}

// Served by deliveries_pkey. On the primary, since a replica may not know of the end yet.
const readResendable = statement<Resendable>(
  'read_resendable',
  ['deliveries_pkey'],
  `select d.delivery_id, d.source, d.status, d.priority, d.template_id, d.locale, d.template_hash, d.tags, d.on_uncertain, d.expires_at,
    coalesce(d.expires_at <= now(), false) as is_expired, p.content, p.content_purged_at,
    (select jsonb_agg(jsonb_build_object('address', r.address, 'kind', r.kind, 'outcome', r.outcome) order by r.position)
      from delivery_recipients r where r.delivery_id = d.delivery_id) as recipients
  from deliveries d join delivery_payloads p on p.delivery_id = d.delivery_id
  where d.delivery_id = $1`,
);

export async function readResendableDelivery(runner: Runner, deliveryId: string): Promise<Resendable | null> {
  return (await run(runner, readResendable, [deliveryId]))[0] ?? null;
}
