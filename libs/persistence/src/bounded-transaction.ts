import type { Database } from './database.js';
import { run, statement, type Runner } from './statement.js';

const boundStatements = statement('bound_statements', [], `select set_config('statement_timeout', $1::text, true)`);

/** One transaction on the primary, in which the server gives up a statement after `timeoutMs`: what an operator asks may not take longer. */
export function boundedTransaction<T>(database: Database, timeoutMs: number, work: (client: Runner) => Promise<T>): Promise<T> {
  return database.transaction(async (client) => {
    await run(client, boundStatements, [String(timeoutMs)]);
    return work(client);
  });
}
