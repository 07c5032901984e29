import { validationFailed, type FilterParameters, type Refusal } from '@mail/domain';
import type { Database, Page, Place, Runner } from '@mail/persistence';
import { listCursor, placeOf } from './list-cursor.js';
import { ProblemError } from './problem.js';
import { within } from './within.js';

export interface OperatorReads {
  readonly database: Database;
  readonly operatorRequestTimeoutMs: number;
}

/** A list that operators page through, newest first. */
export interface OperatorList<Filter extends object, Row> {
  /** Binds a cursor to it. */
  readonly name: string;
  /** Of all parameters but `limit` and `cursor`. */
  parse(parameters: FilterParameters): { readonly ok: true; readonly filter: Filter } | { readonly ok: false; readonly refusal: Refusal };
  read(reader: Runner, filter: Filter, page: Page): Promise<Row[]>;
  placeOf(row: Row): Place;
  /** The rows of one page as they are answered. */
  show(reader: Runner, rows: readonly Row[]): object[] | Promise<object[]>;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** One page: `items`, and the cursor of the next or `null`. One row more is read than is shown, which tells whether there is a next. */
export async function answerPage<Filter extends object, Row>(
  { database, operatorRequestTimeoutMs }: OperatorReads,
  list: OperatorList<Filter, Row>,
  { limit: givenLimit, cursor, ...parameters }: FilterParameters,
): Promise<{ items: object[]; next_cursor: string | null }> {
  const limit = limitOf(givenLimit);
  const parsed = list.parse(parameters);
  if (!parsed.ok) throw new ProblemError(parsed.refusal);
  const { filter } = parsed;
  const after = cursor === undefined ? null : placeOf(typeof cursor === 'string' ? cursor : '', list.name, filter);
  const read = database.read(operatorRequestTimeoutMs, async (reader) => {
    const rows = await list.read(reader, filter, { after, limit: limit + 1 });
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const next_cursor = last === undefined ? null : listCursor(list.name, filter, list.placeOf(last));
    return { items: await list.show(reader, shown), next_cursor };
  });
  return within(operatorRequestTimeoutMs, read);
}

function limitOf(given: unknown): number {
  if (given === undefined) return DEFAULT_LIMIT;
  const limit = typeof given === 'string' && /^[0-9]{1,3}$/.test(given) ? Number(given) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new ProblemError(validationFailed([{ pointer: '/limit', detail: `must be a whole number from 1 to ${MAX_LIMIT}` }]));
}
