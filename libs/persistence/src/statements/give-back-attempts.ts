import { arrayOf } from '../binary-array.js';
import type { Database } from '../database.js';
import { run, statement } from '../statement.js';
import { deferSuperseded } from './deferred-supersessions.js';

/** An attempt that its worker could not begin, though it was taken, and when it is to be tried again. */
export interface GivenBack {
  readonly attemptId: string;
  readonly deliveryId: string;
  readonly token: string;
  readonly delayMs: number;
  /** What kept it from starting; kept with the attempt until its end. No secrets. */
  readonly error: string;
}

// Gives back the attempts $1 of the deliveries $2 while their tokens $3 hold: due again in $4 ms, for the reason $5. No attempt is burnt.
// Returns those, and what has superseded their delivery meanwhile: nobody else would end it then.
// Served by deliveries_pkey, attempts_pkey; the state is asked for in a form that no index serves, or all that is in progress would be read.
// The deliveries are locked first and in order, as everywhere.
const giveBack = statement<{ attempt_id: string; delivery_id: string; superseded_by: string | null }>(
  'give_back_attempts',
  ['deliveries_pkey', 'attempts_pkey'],
  `with given as materialized (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[]) as t(attempt_id, delivery_id, token, delay_ms, error)
  ),
  locked as materialized (
    select g.*, d.superseded_by from given g join deliveries d on d.delivery_id = g.delivery_id
    order by d.delivery_id for no key update of d
  )
  update attempts a set status = 'scheduled', claimed_at = null, started_at = null, worker_id = null, token = null, error = l.error,
    scheduled_at = date_trunc('milliseconds', now()) + l.delay_ms * interval '1 millisecond'
  from locked l where a.attempt_id = l.attempt_id and a.token = l.token and a.status || '' = 'in_progress'
  returning a.attempt_id, a.delivery_id, l.superseded_by`,
);

/** Gives back what was not begun; what is superseded is left to the scheduler to end. Returns the ids of the attempts that were still held. */
export function giveBackAttempts(database: Database, attempts: readonly GivenBack[]): Promise<string[]> {
  return database.transaction(async (client) => {
    const given = await run(client, giveBack, [
      arrayOf.uuid(attempts.map(({ attemptId }) => attemptId)),
      arrayOf.uuid(attempts.map(({ deliveryId }) => deliveryId)),
      arrayOf.uuid(attempts.map(({ token }) => token)),
      arrayOf.int8(attempts.map(({ delayMs }) => delayMs)),
      arrayOf.text(attempts.map(({ error }) => error)),
    ]);
    await deferSuperseded(client, given);
    return given.map(({ attempt_id }) => attempt_id);
  });
}
