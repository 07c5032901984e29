import type { DeliveryEnd } from '@mail/domain';
import { run, statement, type Runner } from '../statement.js';

/** `uncertain` where a mail may be out to somebody, whatever was asked for. */
export interface Ended {
  readonly delivery_id: string;
  readonly status: DeliveryEnd;
}

// Ends the deliveries $1 as $2 for the reason $3, where their attempt has not started; one in progress is left to its settlement.
// One with an uncertain recipient ends as uncertain, since its mail may be out. Secrets go with the end. Returns the ended.
// Served by attempts_one_live_idx. The deliveries are locked first, as everywhere, then the keys, in the order of acceptance;
// a concurrent take wins or loses on the attempt's row.
const endDeliveries = statement<Ended>(
  'end_unstarted',
  ['attempts_one_live_idx'],
  `with locked as materialized (
    select delivery_id from deliveries where delivery_id = any($1::uuid[]) and status = 'queued' order by delivery_id for no key update
  ),
  stopped as (
    update attempts a set status = 'ended', outcome = 'cancelled', finished_at = date_trunc('milliseconds', now())
    where a.delivery_id = any(array(select delivery_id from locked)) and a.status in ('scheduled', 'claimed')
    returning a.delivery_id
  ),
  abandoned as (
    update delivery_recipients r set outcome = 'abandoned' from stopped where r.delivery_id = stopped.delivery_id and r.outcome = 'pending'
  ),
  purged as (
    update delivery_payloads p set secret_variables = null, content_purged_at = date_trunc('milliseconds', now())
    from stopped where p.delivery_id = stopped.delivery_id and p.secret_variables is not null
  ),
  secret_keys as materialized (
    select k.scope, k.idempotency_key from idempotency_keys k
    where k.delivery_id = any(array(select delivery_id from stopped)) and k.secret_hash is not null
    order by k.scope, k.idempotency_key for no key update of k
  ),
  forgotten as (
    update idempotency_keys k set secret_salt = null, secret_hash = null
    from secret_keys s where k.scope = s.scope and k.idempotency_key = s.idempotency_key
  )
  update deliveries d set
    status = case when exists (select from delivery_recipients r where r.delivery_id = d.delivery_id and r.outcome = 'uncertain') then 'uncertain' else $2 end,
    end_reason = $3, ended_at = date_trunc('milliseconds', now()), revision = d.revision + 1
  from stopped where d.delivery_id = stopped.delivery_id
  returning d.delivery_id, d.status`,
);

const REASONS = { superseded: 'superseded', expired: 'expires_at_passed', cancelled: 'cancelled_by_operator' } as const;

export function endUnstarted(runner: Runner, deliveryIds: readonly string[], status: keyof typeof REASONS): Promise<Ended[]> {
  return run(runner, endDeliveries, [deliveryIds, status, REASONS[status]]);
}
