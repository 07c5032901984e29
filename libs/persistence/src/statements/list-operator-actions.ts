import type { ActionFilter } from '@mail/domain';
import { pageBounds, type Page } from '../page.js';
import { run, statement, type Runner } from '../statement.js';

/** A row of `operator_actions`. */
export interface ListedAction {
  readonly action_id: string;
  readonly operator: string;
  readonly action: string;
  readonly delivery_ids: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
}

// Newest first; $1 to $4 as of every list.
const all = statement<ListedAction>(
  'list_actions',
  ['operator_actions_created_idx'],
  `select action_id, operator, action, delivery_ids, detail, created_at from operator_actions
  where (created_at, action_id) < ($1::timestamptz, $2::uuid) and created_at >= $3::timestamptz
  order by created_at desc, action_id desc limit $4::int`,
);

// By one range of its index, not by an equality, which the index over the time alone might serve too, as a search through everything.
const byOperator = statement<ListedAction>(
  'list_actions_by_operator',
  ['operator_actions_operator_idx'],
  `select action_id, operator, action, delivery_ids, detail, created_at from operator_actions
  where (operator, created_at, action_id) < ($5::text, $1::timestamptz, $2::uuid) and (operator, created_at) >= ($5::text, $3::timestamptz)
  order by operator desc, created_at desc, action_id desc limit $4::int`,
);

const byAction = statement<ListedAction>(
  'list_actions_by_action',
  ['operator_actions_action_idx'],
  `select action_id, operator, action, delivery_ids, detail, created_at from operator_actions
  where (action, created_at, action_id) < ($5::text, $1::timestamptz, $2::uuid) and (action, created_at) >= ($5::text, $3::timestamptz)
  order by action desc, created_at desc, action_id desc limit $4::int`,
);

// Few acts concern one delivery: they are sorted. Materialized, or the planner may look for them through all acts by their time.
const ofDelivery = statement<ListedAction>(
  'list_actions_of_delivery',
  ['operator_actions_deliveries_idx'],
  `with found as materialized (
    select action_id, operator, action, delivery_ids, detail, created_at from operator_actions where delivery_ids @> array[$5::uuid]
  )
  select * from found where (created_at, action_id) < ($1::timestamptz, $2::uuid) and created_at >= $3::timestamptz
  order by created_at desc, action_id desc limit $4::int`,
);

const BY = { operator: byOperator, action: byAction, delivery_id: ofDelivery } as const;

/** One page of the audit trail. */
export function listOperatorActions(runner: Runner, filter: ActionFilter, page: Page): Promise<ListedAction[]> {
  const bounds = pageBounds(page, filter);
  return filter.by === 'time' ? run(runner, all, bounds) : run(runner, BY[filter.by], [...bounds, filter.value]);
}
