import type { Database } from '../src/database.js';
import type { Sweep } from '../src/statements/delete-expired.js';

/** Deletes one page of a kind, as the retention job does; returns how many rows. */
export async function sweepPage({ find, remove }: Sweep, database: Database, olderThanMs: number, limit: number): Promise<number> {
  return remove(database, await find(database, olderThanMs, limit), olderThanMs);
}
