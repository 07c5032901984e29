import type { DeliveryStatus, OnUncertain, Priority, RecipientKind, RecipientOutcome, ResendOriginal, StoredContent } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';
import type { StoredTrace } from '../stored-trace.js';

/** All of a delivery that a resend copies, or is refused for, with the trace of its acceptance. */
export interface Resendable extends StoredTrace {
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
  /** Whether there is a resend of it already. */
  readonly is_resent: boolean;
  readonly content: StoredContent;
  readonly content_purged_at: Date | null;
  readonly recipients: readonly { readonly address: string; readonly kind: RecipientKind; readonly outcome: RecipientOutcome }[];
}

// Of the deliveries $1. Served by deliveries_pkey and deliveries_resend_idx. On the primary, since a replica may not know of the end yet.
const readResendable = statement<Resendable>(
  'read_resendable',
  ['deliveries_pkey', 'deliveries_resend_idx'],
  `select d.delivery_id, d.source, d.status, d.priority, d.template_id, d.locale, d.template_hash, d.tags, d.on_uncertain, d.expires_at, d.traceparent, d.tracestate,
    coalesce(d.expires_at <= now(), false) as is_expired, p.content, p.content_purged_at,
    (select true from deliveries again where again.resend_of = d.delivery_id limit 1) is true as is_resent,
    coalesce((select jsonb_agg(jsonb_build_object('address', r.address, 'kind', r.kind, 'outcome', r.outcome) order by r.position)
      from delivery_recipients r where r.delivery_id = d.delivery_id), '[]') as recipients
  from deliveries d join delivery_payloads p on p.delivery_id = d.delivery_id
  where d.delivery_id = any($1::uuid[])`,
);

/** Those of the deliveries that are there, in any order. */
export function readResendables(runner: Runner, deliveryIds: readonly string[]): Promise<Resendable[]> {
  return run(runner, readResendable, [deliveryIds]);
}

export async function readResendableDelivery(runner: Runner, deliveryId: string): Promise<Resendable | null> {
  return (await readResendables(runner, [deliveryId]))[0] ?? null;
}

/** In the words of the domain. */
export function resendOriginalOf(row: Resendable): ResendOriginal {
  return {
    deliveryId: row.delivery_id,
    source: row.source,
    sent: row.status === 'sent',
    priority: row.priority,
    templateId: row.template_id,
    locale: row.locale,
    templateHash: row.template_hash,
    tags: row.tags,
    onUncertain: row.on_uncertain,
    content: row.content,
    recipients: row.recipients,
  };
}
