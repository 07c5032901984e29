import { kind, type Kind } from './kind.js';

/** A comma-separated list, spaces around its entries ignored; an empty entry is a fault. */
export function listOf<Value>(entry: Kind<Value>, most: number): Kind<readonly Value[]> {
  return kind(`a comma-separated list of at most ${most} entries, each ${entry.allowed}`, (text) => {
    const read = text.split(',').map((part) => entry.schema.safeParse(part.trim()));
    const value = read.flatMap((result) => (result.success ? [result.data] : []));
    return value.length === read.length && value.length <= most ? { value } : null;
  });
}
