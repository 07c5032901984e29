/** The name that takes the fewest edits to reach; the first of several. `names` is not empty. */
export function nearestName(name: string, names: readonly string[]): string {
  return names.map((known) => ({ known, edits: edits(name, known) })).reduce((best, next) => (next.edits < best.edits ? next : best)).known;
}

/** Levenshtein distance. */
function edits(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[to.length] ?? 0;
}
