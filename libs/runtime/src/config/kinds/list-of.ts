import { kind, type Kind } from './kind.js';

/** A comma-separated list, spaces around its entries ignored; an empty entry is a fault. */
export function listOf<Value>(entry: Kind<Value>, most: number): Kind<readonly Value[]> {
  return kind<readonly Value[]>(`a comma-separated list of at most ${most} entries, each ${entry.allowed}`, (text) => {
    const read = text.split(',').map((part) => entry.schema.safeParse(part.trim()));
    const value = read.flatMap((result) => (result.success ? [result.data] : []));
    if (value.length === read.length && value.length <= most) return { value };
    // What is said of an entry in particular says more than what all must be.
    for (const [index, result] of read.entries()) {
      const fault = result.error?.issues[0]?.message;
      if (fault !== undefined && fault !== `it must be ${entry.allowed}`) return { fault: `in its entry ${index + 1}, ${fault}` };
    }
    return null;
  });
}
