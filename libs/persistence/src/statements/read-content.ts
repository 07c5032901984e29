import type { RecipientKind, StoredContent } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** What is stored of a delivery's mail, without the bytes of its attachments and the values of its secrets. */
export interface ReadContent {
  readonly delivery_id: string;
  readonly template_id: string | null;
  readonly locale: string | null;
  readonly template_hash: string | null;
  readonly message_id: string;
  readonly created_at: Date;
  readonly from_email: string;
  readonly from_name: string | null;
  readonly content: Omit<StoredContent, 'attachments'>;
  readonly content_purged_at: Date | null;
  /** The secret variables that it has, as long as they are stored. */
  readonly secret_names: readonly string[];
  readonly attachments: readonly { readonly filename: string; readonly content_type: string; readonly bytes: number }[];
  readonly recipients: readonly { readonly address: string; readonly kind: RecipientKind }[];
}

// Served by deliveries_pkey. Sealed secrets have their names beside. Neither secrets nor megabytes leave the database. Sizes are counted from the canonical base64.
const readStored = statement<ReadContent>(
  'read_content',
  ['deliveries_pkey'],
  `select d.delivery_id, d.template_id, d.locale, d.template_hash, d.message_id, d.created_at, d.from_email, d.from_name,
    p.content - 'attachments' as content, p.content_purged_at,
    array(select name from (
        select jsonb_array_elements_text(p.secret_variables->'$names') as name
        union all select jsonb_object_keys(p.secret_variables) where not p.secret_variables ? '$sealed'
      ) as names order by name) as secret_names,
    (select coalesce(jsonb_agg(jsonb_build_object('filename', a->'filename', 'content_type', a->'content_type', 'bytes',
        length(a->>'content_base64') / 4 * 3 - (length(a->>'content_base64') - length(rtrim(a->>'content_base64', '=')))) order by n), '[]')
      from jsonb_array_elements(p.content->'attachments') with ordinality as attachments(a, n)) as attachments,
    coalesce((select jsonb_agg(jsonb_build_object('address', r.address, 'kind', r.kind) order by r.position)
      from delivery_recipients r where r.delivery_id = d.delivery_id), '[]') as recipients
  from deliveries d join delivery_payloads p on p.delivery_id = d.delivery_id
  where d.delivery_id = $1`,
);

export async function readContent(runner: Runner, deliveryId: string): Promise<ReadContent | null> {
  return (await run(runner, readStored, [deliveryId]))[0] ?? null;
}
