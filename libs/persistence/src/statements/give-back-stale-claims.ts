import { run, statement, type Runner } from '../statement.js';

// Gives back the claims older than $1 ms that never started: no attempt is burnt. Returns their ids.
// Served by attempts_claimed_idx: as many entries as the windows hold. One that starts meanwhile is left alone.
const giveBack = statement<{ attempt_id: string }>(
  'give_back_stale_claims',
  ['attempts_claimed_idx'],
  `update attempts set status = 'scheduled', claimed_at = null, worker_id = null, token = null
  where ctid = any(array(
      select ctid from attempts where status = 'claimed' and claimed_at < now() - $1::bigint * interval '1 millisecond' limit 5000 for update skip locked
    )) and status = 'claimed'
  returning attempt_id`,
);

export async function giveBackStaleClaims(runner: Runner, staleAfterMs: number): Promise<string[]> {
  return (await run(runner, giveBack, [staleAfterMs])).map(({ attempt_id }) => attempt_id);
}
