import type { PoolClient, QueryConfig, QueryResultRow } from 'pg';
import type { Runner } from './statement.js';

/** Past the server's own bound: for a server that no longer answers at all. */
export const GRACE_MS = 1000;

export interface ReadBounds {
  /** Of `performance.now`: each statement is bounded by what is left until then. */
  readonly deadlineMs: number;
  /** So long the server may take to begin. */
  readonly beginMs: number;
}

/** Reads in one snapshot. Nothing can be written. */
export async function readOnly<T>(
  client: PoolClient,
  { deadlineMs, beginMs }: ReadBounds,
  work: (reader: Runner) => Promise<T>,
): Promise<T> {
  const leftMs = (): number => {
    const left = Math.ceil(deadlineMs - performance.now());
    if (left <= 0) throw new ReadTimeoutError('the time of the read was used up');
    return left;
  };
  const begin = {
    text: `begin isolation level repeatable read read only; set local statement_timeout = ${leftMs()}`,
    query_timeout: beginMs,
  };
  await client.query(begin);
  const query = <Row extends QueryResultRow>(config: QueryConfig): Promise<{ rows: Row[] }> => {
    const bounded = { ...config, query_timeout: leftMs() + GRACE_MS };
    return client.query<Row>(bounded);
  };
  const result = await work({ query });
  await client.query('commit');
  return result;
}

class ReadTimeoutError extends Error {
  override readonly name = 'ReadTimeoutError';
}

/** Whether a read was ended for having taken longer than it may. */
export function isReadTimeout(error: unknown): boolean {
  // 57014 query_canceled.
  return error instanceof ReadTimeoutError || (error as { code?: unknown } | null)?.code === '57014';
}
