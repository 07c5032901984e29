import type { QueryResultRow } from 'pg';

/** One whole, static SQL statement, prepared under its name on each connection. */
export interface Statement<Row extends QueryResultRow> {
  readonly name: string;
  readonly text: string;
  /** The indexes that must serve it; a spec runs EXPLAIN and holds the statement to them. */
  readonly indexes: readonly string[];
  /** Carries the row's type; never set. */
  readonly row?: Row;
}

const known: Statement<QueryResultRow>[] = [];

/** Every statement of the modules that are loaded, so that a spec can hold each to its indexes. */
export const statements: readonly Statement<QueryResultRow>[] = known;

export function statement<Row extends QueryResultRow = never>(name: string, indexes: readonly string[], text: string): Statement<Row> {
  const made: Statement<Row> = { name, indexes, text };
  known.push(made);
  return made;
}

/** What runs a statement: the pool (each in its own transaction) or one connection. */
export interface Runner {
  query<Row extends QueryResultRow>(config: { name: string; text: string; values: unknown[] }): Promise<{ rows: Row[] }>;
}

export async function run<Row extends QueryResultRow>(runner: Runner, { name, text }: Statement<Row>, values: unknown[]): Promise<Row[]> {
  const { rows } = await runner.query<Row>({ name, text, values });
  return rows;
}
