import { run, statement, type Runner } from '../statement.js';

// Up to $2 claims after $3, by id, that are older than $1 ms and never started. Served by attempts_claimed_idx: as many entries as the
// windows hold. Locks nothing.
const find = statement<{ attempt_id: string }>(
  'find_stale_claims',
  ['attempts_claimed_idx'],
  `with stale as materialized (
    select attempt_id from attempts where status = 'claimed' and claimed_at < now() - $1::bigint * interval '1 millisecond'
  )
  select attempt_id from stale where attempt_id > $3::uuid order by attempt_id limit $2`,
);

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** The next page after `after`. */
export async function findStaleClaims(runner: Runner, staleAfterMs: number, limit: number, after = FIRST_ID): Promise<string[]> {
  return (await run(runner, find, [staleAfterMs, limit, after])).map(({ attempt_id }) => attempt_id);
}

// Gives back those of the claims $1 that nobody holds, and that have not started meanwhile: no attempt is burnt. Returns their ids.
// Served by attempts_pkey.
const giveBack = statement<{ attempt_id: string }>(
  'give_back_stale_claims',
  ['attempts_pkey'],
  `update attempts set status = 'scheduled', claimed_at = null, worker_id = null, token = null
  where ctid = any(array(
      select ctid from attempts where attempt_id = any($1::uuid[]) and status = 'claimed' for update skip locked
    )) and status || '' = 'claimed'
  returning attempt_id`,
);

export async function giveBackClaims(runner: Runner, attemptIds: readonly string[]): Promise<string[]> {
  return (await run(runner, giveBack, [attemptIds])).map(({ attempt_id }) => attempt_id);
}
