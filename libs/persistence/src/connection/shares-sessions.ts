import type { Client, QueryResult } from 'pg';

const ROUNDS = 3;

/**
 * Whether what is connected to gives one server process to several clients: a pooler in transaction or statement mode. Two clients that
 * are connected at once each have a process of their own, and keep it, unless they share. No number of processes behind the pooler, nor
 * the order in which it hands them out, keeps two sharing clients apart for long:
 * - the one used last comes first (PgBouncer's default), or there is only one: the second client is given the first one's;
 * - each in turn, or by chance: the first client's second question goes to another;
 * - the second holds a transaction, and so a process, while the first asks again.
 */
export async function sharesSessions(connect: () => Promise<Client>): Promise<boolean> {
  const opened = await Promise.allSettled([connect(), connect()]);
  const clients = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    const [first, second] = clients;
    if (first === undefined || second === undefined) throw opened.find((one) => one.status === 'rejected')?.reason;
    return await mixed(first, second);
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

async function mixed(first: Client, second: Client): Promise<boolean> {
  const [ofFirst, ofSecond] = [new Set<number>(), new Set<number>()];
  const seen = (): boolean => ofFirst.size > 1 || ofSecond.size > 1 || [...ofFirst].some((pid) => ofSecond.has(pid));
  for (let round = 0; round < ROUNDS; round += 1) {
    ofFirst.add(await processOf(first, ASK));
    ofFirst.add(await processOf(first, ASK));
    try {
      ofSecond.add(await processOf(second, `begin; ${ASK}`));
    } catch (error) {
      // A pooler in statement mode refuses transactions. One in session mode has the second client wait where it has no connection left.
      if (isProtocolViolation(error)) return true;
      if (isTimeout(error)) return false;
      throw error;
    }
    if (seen()) return true;
    try {
      ofFirst.add(await processOf(first, ASK));
    } catch (error) {
      // It waits for a connection that the other holds, and so has none of its own.
      if (isTimeout(error)) return true;
      throw error;
    }
    await second.query('commit');
    if (seen()) return true;
  }
  return false;
}

const ASK = 'select pg_backend_pid() as pid';

async function processOf(client: Client, text: string): Promise<number> {
  const answer = (await client.query(text)) as QueryResult<{ pid: number }> | QueryResult<{ pid: number }>[];
  const pid = (Array.isArray(answer) ? answer.at(-1) : answer)?.rows[0]?.pid;
  if (pid === undefined) throw new Error('the server did not name its process');
  return pid;
}

const isProtocolViolation = (error: unknown): boolean => (error as { code?: unknown }).code === '08P01';
const isTimeout = (error: unknown): boolean => error instanceof Error && /timeout/i.test(error.message);
