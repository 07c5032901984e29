import { isDamagedError, isDatabaseUnavailable, isLockedError, isOverdueError } from './classify-database-error.js';

/** So many in a row that are locked, or take too long, by themselves: then it is the table, or the server, and no row of it. */
const MOST_LOCKED = 50;
const MOST_OVERDUE = 3;

/**
 * Does the work on all items together. Where that fails, it is done with each half of them, and so on down to the items that fail by
 * themselves, each of which is told of by `onFault`: one bad row costs the others some statements, and no more. Throws what is the fault of
 * no row: then the database cannot be used, and what was not tried yet is left.
 */
export async function sparing<Item>(
  items: readonly Item[],
  work: (some: readonly Item[]) => Promise<void>,
  onFault: (item: Item, error: unknown) => void,
): Promise<void> {
  let locked = 0;
  let overdue = 0;
  const isOfNoRow = (error: unknown, alone: boolean): boolean => {
    if (isLockedError(error)) return alone && (locked += 1) >= MOST_LOCKED;
    if (isOverdueError(error)) return alone && (overdue += 1) >= MOST_OVERDUE;
    return isDatabaseUnavailable(error) && !isDamagedError(error);
  };
  const tryOut = async (some: readonly Item[]): Promise<void> => {
    const [first] = some;
    if (first === undefined) return;
    try {
      await work(some);
      [locked, overdue] = [0, 0];
    } catch (error) {
      if (isOfNoRow(error, some.length === 1)) throw error;
      if (some.length === 1) return onFault(first, error);
      const half = Math.ceil(some.length / 2);
      await tryOut(some.slice(0, half));
      await tryOut(some.slice(half));
    }
  };
  await tryOut(items);
}
