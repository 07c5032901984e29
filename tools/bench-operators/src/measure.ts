import pg from 'pg';
import type { List } from './lists.ts';

/** One of the two systems: the API, and the database behind it. */
export interface System {
  readonly api: string;
  readonly client: pg.Client;
}

export interface Times {
  readonly medianMs: number;
  readonly p99Ms: number;
}

export interface Measured {
  readonly list: string;
  readonly page: 'first' | 'deep';
  /** Rows before the page in the large database. */
  readonly depth: number;
  readonly many: Times;
  readonly few: Times;
}

/** Page 1000 of 50. */
const DEEP = 50_000;
/** Left below it, so that the page is a whole one. */
const BELOW = 60;
const WARM_UP = 30;

async function ask(url: string): Promise<{ ms: number; next_cursor?: string | null }> {
  const beganMs = performance.now();
  const response = await fetch(url);
  const body = (await response.json()) as { next_cursor?: string | null };
  const ms = performance.now() - beganMs;
  if (response.status !== 200) throw new Error(`${url} was answered with ${response.status}: ${JSON.stringify(body)}`);
  return { ms, ...body };
}

const urlOf = ({ api }: System, { path }: List, query: string): string =>
  `${api}/api/v1/internal/${path}${path.includes('?') ? '&' : '?'}${query}`;

/**
 * The address of a page far down: the cursor of the first page, for the version and the filters in it, with the place of another row. A
 * thousand requests would find the same. `null` where there is no such page.
 */
async function deepPage(system: System, list: List): Promise<{ url: string; depth: number } | null> {
  if (list.rows === null) return null;
  const { next_cursor } = await ask(urlOf(system, list, 'limit=1'));
  const { rows: counted } = await system.client.query<{ count: number }>(`select count(*)::int as count from (${list.rows}) as listed`);
  const depth = Math.min(DEEP, (counted[0]?.count ?? 0) - BELOW);
  if (typeof next_cursor !== 'string' || depth < 1) return null;
  const { rows } = await system.client.query<{ at: Date; id: string }>(`${list.rows} order by at desc, id desc offset $1 limit 1`, [
    depth - 1,
  ]);
  const [row] = rows;
  if (row === undefined) return null;
  const cursor = Buffer.from(next_cursor, 'base64url');
  cursor.writeUIntBE(row.at.getTime(), cursor.length - 22, 6);
  cursor.write(row.id.replaceAll('-', ''), cursor.length - 16, 'hex');
  return { url: urlOf(system, list, `cursor=${cursor.toString('base64url')}`), depth };
}

export function timesOf(takenMs: readonly number[]): Times {
  const sorted = takenMs.toSorted((one, other) => one - other);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
  return { medianMs: at(0.5), p99Ms: at(0.99) };
}

/** Asks the two in turn, so that whatever else the machine does costs both the same. */
async function inTurn(many: string, few: string, requests: number): Promise<Pick<Measured, 'many' | 'few'>> {
  const taken: { many: number[]; few: number[] } = { many: [], few: [] };
  for (let n = -WARM_UP; n < requests; n += 1) {
    for (const [whose, url] of [['many', many] as const, ['few', few] as const]) {
      const { ms } = await ask(url);
      if (n >= 0) taken[whose].push(ms);
    }
  }
  return { many: timesOf(taken.many), few: timesOf(taken.few) };
}

/** The first page of a list and, where it has so many rows, page 1000. */
export async function measureList(list: List, many: System, few: System, requests: number): Promise<Measured[]> {
  const query = list.path === 'stats' ? '' : 'limit=50';
  const first = await inTurn(urlOf(many, list, query), urlOf(few, list, query), requests);
  const measured: Measured[] = [{ list: list.name, page: 'first', depth: 0, ...first }];
  const [deepMany, deepFew] = [await deepPage(many, list), await deepPage(few, list)];
  if (deepMany !== null && deepFew !== null) {
    const deep = await inTurn(deepMany.url, deepFew.url, requests);
    measured.push({ list: list.name, page: 'deep', depth: deepMany.depth, ...deep });
  }
  return measured;
}
