import { run, statement, type Runner } from '../statement.js';

// Gives back what is in progress by the worker $1 but for the attempts $2: bound to it by a take whose answer it never had, so that
// nothing of it was sent. No attempt is burnt. Returns their ids. A worker's id is its process's alone: nobody else's are touched.
// Served by attempts_in_progress_idx. One that recovery is settling at this moment is left to it.
const giveBack = statement<{ attempt_id: string }>(
  'give_back_unstarted',
  ['attempts_in_progress_idx'],
  `update attempts set status = 'scheduled', claimed_at = null, started_at = null, worker_id = null, token = null
  where ctid = any(array(
      select ctid from attempts
      where status = 'in_progress' and worker_id = $1 and attempt_id <> all($2::uuid[]) for update skip locked
    )) and status = 'in_progress'
  returning attempt_id`,
);

/** `known`: the attempts that the worker has in its hands, and those that it lost hold of after sending. */
export async function giveBackUnstarted(runner: Runner, workerId: string, known: readonly string[]): Promise<string[]> {
  return (await run(runner, giveBack, [workerId, known])).map(({ attempt_id }) => attempt_id);
}
