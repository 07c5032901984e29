import { run, statement, type Runner } from '../statement.js';

export interface OperatorAction {
  readonly actionId: string;
  /** Who, as the caller says: the listener trusts its network. */
  readonly operator: string;
  readonly action: string;
  readonly deliveryIds: readonly string[];
  readonly detail: Record<string, unknown>;
}

// The audit trail: one row for each thing that an operator did.
const recordAction = statement(
  'record_operator_action',
  [],
  `insert into operator_actions (action_id, operator, action, delivery_ids, detail, created_at)
  values ($1, $2, $3, $4::uuid[], $5::jsonb, date_trunc('milliseconds', now()))`,
);

export async function recordOperatorAction(runner: Runner, action: OperatorAction): Promise<void> {
  await run(runner, recordAction, [action.actionId, action.operator, action.action, action.deliveryIds, JSON.stringify(action.detail)]);
}
