import { age, timeWithAge } from './age.js';
import type { Column } from './table.js';

/** A time beside its age, or its age alone where there is no room for both. */
export function timeColumn<Row>(title: string, at: (row: Row) => string | null, now: () => number): Column<Row> {
  return {
    title,
    of: (row) => {
      const time = at(row);
      return time === null ? null : timeWithAge(time, now());
    },
    short: (row) => age(at(row), now()),
  };
}
