/** One list with one combination of filters, and the rows behind it, so that a row far down can be found. */
export interface List {
  readonly name: string;
  /** Without `limit` and `cursor`. */
  readonly path: string;
  /** `select <at> as at, <id> as id from …`, in any order; `null` where there are no pages. */
  readonly rows: string | null;
}

const deliveries = (query: string, where = 'true'): List => ({
  name: `deliveries${query === '' ? '' : `?${query}`}`,
  path: `deliveries?${query}`,
  rows: `select created_at as at, delivery_id as id from deliveries where ${where}`,
});
const table = (path: string, at: string, id: string, query = '', where = 'true'): List => ({
  name: `${path}${query === '' ? '' : `?${query}`}`,
  path: `${path}?${query}`,
  rows: `select ${at} as at, ${id} as id from ${path.replace(/\W/g, '_')} where ${where}`,
});

const WEEK = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-08T00:00:00.000Z' };
export const FREQUENT = 'all@example.com';
/** Is one of the acts of the audit trail. */
export const ACTED_ON = '01890000-0000-7000-8000-000000000001';

/** Every list, with each combination of filters that an index serves; values that are frequent, and some that are rare. */
export const LISTS: readonly List[] = [
  deliveries(''),
  deliveries('status=sent', `status = 'sent'`),
  deliveries('status=failed&status=dead_letter', `status in ('failed', 'dead_letter')`),
  deliveries(
    `status=sent&created_from=${WEEK.from}&created_to=${WEEK.to}`,
    `status = 'sent' and created_at >= '${WEEK.from}' and created_at < '${WEEK.to}'`,
  ),
  deliveries('source=shop', `source = 'shop'`),
  deliveries('source=shop&status=failed', `source = 'shop' and status = 'failed'`),
  deliveries('source=rare', `source = 'rare'`),
  deliveries('template_id=game.turn_ready', `template_id = 'game.turn_ready'`),
  deliveries('template_id=game.turn_ready&status=dead_letter', `template_id = 'game.turn_ready' and status = 'dead_letter'`),
  { ...deliveries('status=sending'), rows: null },
  { ...deliveries('status=sending&source=shop'), rows: null },
  {
    ...deliveries(`recipient=${FREQUENT}`),
    rows: `select created_at as at, delivery_id as id from delivery_recipients where address = '${FREQUENT}'`,
  },
  { ...deliveries('recipient=reader-7@example.com'), rows: null },
  {
    ...deliveries('tag.tenant=large'),
    rows: `select created_at as at, delivery_id as id from delivery_tags where name = 'tenant' and value = 'large'`,
  },
  { ...deliveries('tag.tenant=tenant-7'), rows: null },
  { ...deliveries('idempotency_key=key-7'), rows: null },
  deliveries('idempotency_key=daily&status=sent', `idempotency_key = 'daily' and status = 'sent'`),
  table('dead-letters', 'created_at', 'delivery_id'),
  table('malformed-commands', 'created_at', 'malformed_id'),
  table('stream/incidents', 'detected_at', 'incident_id'),
  table('operator-actions', 'created_at', 'action_id'),
  table('operator-actions', 'created_at', 'action_id', 'operator=ada', `operator = 'ada'`),
  table('operator-actions', 'created_at', 'action_id', 'action=cancel', `action = 'cancel'`),
  { ...table('operator-actions', 'created_at', 'action_id', `delivery_id=${ACTED_ON}`), rows: null },
  table('resend-plans', 'created_at', 'plan_id'),
  { name: 'stats', path: 'stats', rows: null },
];
