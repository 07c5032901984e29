import { sparing } from '../sparing.js';
import { run, statement, type Runner } from '../statement.js';
import { deferSuperseded } from './deferred-supersessions.js';

// What is in progress by the worker $1 but for the attempts $2: bound to it by a take whose answer it never had, so that nothing of it
// was sent. A worker's id is its process's alone: nobody else's are touched. Served by attempts_in_progress_idx. Locks nothing.
const find = statement<{ attempt_id: string }>(
  'find_unstarted',
  ['attempts_in_progress_idx'],
  `select attempt_id from attempts where status = 'in_progress' and worker_id = $1 and attempt_id <> all($2::uuid[])`,
);

// Gives back those of the attempts $2 that are in progress by the worker $1. No attempt is burnt. Returns their ids. Served by attempts_pkey.
// One that recovery is settling at this moment is left to it.
const giveBack = statement<{ attempt_id: string; delivery_id: string; superseded_by: string | null }>(
  'give_back_unstarted',
  ['attempts_pkey', 'deliveries_pkey'],
  `update attempts a set status = 'scheduled', claimed_at = null, started_at = null, worker_id = null, token = null
  where ctid = any(array(
      select ctid from attempts
      where attempt_id = any($2::uuid[]) and status || '' = 'in_progress' and worker_id = $1 for update skip locked
    )) and status || '' = 'in_progress'
  returning attempt_id, delivery_id, (select d.superseded_by from deliveries d where d.delivery_id = a.delivery_id) as superseded_by`,
);

/**
 * `known`: the attempts that the worker has in its hands, and those that it lost hold of after sending. One that cannot be given back is
 * told of by `onFault`, and left to recovery.
 */
export async function giveBackUnstarted(
  runner: Runner,
  workerId: string,
  known: readonly string[],
  onFault: (attemptId: string, error: unknown) => void,
): Promise<string[]> {
  const unstarted = (await run(runner, find, [workerId, known])).map(({ attempt_id }) => attempt_id);
  const givenBack: string[] = [];
  const give = async (some: readonly string[]): Promise<void> => {
    const given = await run(runner, giveBack, [workerId, some]);
    await deferSuperseded(runner, given);
    givenBack.push(...given.map(({ attempt_id }) => attempt_id));
  };
  await sparing(unstarted, give, onFault);
  return givenBack;
}
