import { DELIVERY_STATUSES, type DeliveryFilter } from '@mail/domain';
import { run, statement, type Runner, type Statement } from '../statement.js';
import { pageBounds, type Page } from '../page.js';

/** A delivery's place in the lists. */
export interface ListedDelivery {
  readonly created_at: Date;
  readonly delivery_id: string;
}

// Each lists deliveries by (created_at, delivery_id), newest first: those before ($1, $2) and not before $3, at most $4. Each reads as
// many entries of its index as it returns, in their order, whatever the table holds; the details are read by key.

/**
 * Of any set of statuses ($5; none: all). Each status has its own place in the index, so that the list is their ordered merge: a
 * branch a status, of which only those named are read, and of each only what the page takes.
 */
const merged = (where: string): string =>
  `select created_at, delivery_id from (${DELIVERY_STATUSES.map(
    (status) => `
    (select created_at, delivery_id from deliveries
      where ${where}status = '${status}' and (cardinality($5::text[]) = 0 or '${status}' = any($5::text[]))
        and (created_at, delivery_id) < ($1::timestamptz, $2::uuid) and created_at >= $3::timestamptz
      order by created_at desc, delivery_id desc limit $4::int)`,
  ).join(`
    union all`)}
  ) as statuses
  order by created_at desc, delivery_id desc limit $4::int`;

const byStatus = statement<ListedDelivery>('list_by_status', ['deliveries_status_idx'], merged(''));
const bySource = statement<ListedDelivery>('list_by_source', ['deliveries_source_idx'], merged('source = $6::text and '));
const byTemplate = statement<ListedDelivery>('list_by_template', ['deliveries_template_idx'], merged('template_id = $6::text and '));

// The same, counted up to $4: an index is read no further.
const counted = ({ name, indexes, text }: Statement<ListedDelivery>): Statement<{ count: number }> =>
  statement(name.replace('list_', 'count_'), indexes, `select count(*)::int as count from (${text}) as listed`);
const COUNTS = new Map([byStatus, bySource, byTemplate].map((list) => [list, counted(list)]));

// What is in progress: as much as the workers have places. The one list that is sorted.
const sending = statement<ListedDelivery>(
  'list_sending',
  ['attempts_in_progress_idx', 'deliveries_pkey'],
  `select d.created_at, d.delivery_id
  from (select delivery_id from attempts where status = 'in_progress' order by started_at) as live
  cross join lateral (
    select created_at, delivery_id, source, template_id from deliveries where deliveries.delivery_id = live.delivery_id offset 0
  ) as d
  where (d.created_at, d.delivery_id) < ($1::timestamptz, $2::uuid) and d.created_at >= $3::timestamptz
    and ($5::text is null or d.source = $5) and ($6::text is null or d.template_id = $6)
  order by d.created_at desc, d.delivery_id desc limit $4::int`,
);

// One address may be there twice, as "to" and as "cc".
const byRecipient = statement<ListedDelivery>(
  'list_by_recipient',
  ['delivery_recipients_address_idx'],
  `select distinct created_at, delivery_id from delivery_recipients
  where address = $5::text and (created_at, delivery_id) < ($1::timestamptz, $2::uuid) and created_at >= $3::timestamptz
  order by created_at desc, delivery_id desc limit $4::int`,
);

const byTag = statement<ListedDelivery>(
  'list_by_tag',
  ['delivery_tags_value_idx'],
  `select created_at, delivery_id from delivery_tags
  where name = $5::text and value = $6::text and (created_at, delivery_id) < ($1::timestamptz, $2::uuid) and created_at >= $3::timestamptz
  order by created_at desc, delivery_id desc limit $4::int`,
);

// A key has few deliveries: the rest is looked at row by row.
const byKey = statement<ListedDelivery>(
  'list_by_idempotency_key',
  ['deliveries_key_idx'],
  `select created_at, delivery_id from deliveries d
  where idempotency_key = $5::text and (created_at, delivery_id) < ($1::timestamptz, $2::uuid) and created_at >= $3::timestamptz
    and (cardinality($6::text[]) = 0 or status = any($6::text[]) or ('sending' = any($6::text[]) and status = 'queued'
      and (select a.status from attempts a where a.delivery_id = d.delivery_id and a.status <> 'ended') = 'in_progress'))
    and ($7::text is null or source = $7) and ($8::text is null or template_id = $8) and tags @> $9::jsonb
    and ($10::text is null or (select true from delivery_recipients r where r.delivery_id = d.delivery_id and r.address = $10 limit 1))
  order by created_at desc, delivery_id desc limit $4::int`,
);

/** The deliveries of one page, newest first. */
export function listDeliveries(runner: Runner, filter: DeliveryFilter, page: Page): Promise<ListedDelivery[]> {
  const { list, values } = listOf(filter);
  return run(runner, list, [...pageBounds(page, filter), ...values]);
}

/** How many there are, counting no further than `most`; `null` for a list of which the status may leave out any part. */
export async function countDeliveries(runner: Runner, filter: DeliveryFilter, most: number): Promise<number | null> {
  const { list, values } = listOf(filter);
  const count = COUNTS.get(list);
  if (count === undefined) return null;
  const [row] = await run(runner, count, [...pageBounds({ after: null, limit: most }, filter), ...values]);
  return row?.count ?? 0;
}

/** Which list a filter asks for, and its values from $5 on. */
function listOf(filter: DeliveryFilter): { readonly list: Statement<ListedDelivery>; readonly values: readonly unknown[] } {
  const read = (list: Statement<ListedDelivery>, ...values: unknown[]) => ({ list, values });
  switch (filter.by) {
    case 'status':
      return read(byStatus, filter.statuses);
    case 'source':
      return read(bySource, filter.statuses, filter.source);
    case 'template_id':
      return read(byTemplate, filter.statuses, filter.templateId);
    case 'sending':
      return read(sending, filter.source, filter.templateId);
    case 'recipient':
      return read(byRecipient, filter.recipient);
    case 'tag':
      return read(byTag, filter.name, filter.value);
    case 'idempotency_key': {
      const { idempotencyKey, statuses, source, templateId, tags, recipient } = filter;
      return read(byKey, idempotencyKey, statuses, source, templateId, JSON.stringify(tags), recipient);
    }
  }
}
