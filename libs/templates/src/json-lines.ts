/** Where each value of a JSON text begins: RFC 6901 pointer to line, from 1. The text must be valid JSON. */
export function jsonLines(source: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  // Enough of a tokenizer, since JSON.parse has said already that the text is valid.
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  const open: { list: boolean; pointer: string; index: number; key: string | null }[] = [];
  let line = 1;
  let scanned = 0;
  for (const token of source.matchAll(tokens)) {
    for (; scanned < token.index; scanned += 1) if (source[scanned] === '\n') line += 1;
    const text = token[0];
    const within = open.at(-1);
    if (text === '}' || text === ']') {
      open.pop();
    } else if (text === ',') {
      if (within) {
        within.index += 1;
        within.key = null;
      }
    } else if (text !== ':') {
      if (within && !within.list && within.key === null) {
        within.key = (JSON.parse(text) as string).replaceAll('~', '~0').replaceAll('/', '~1');
        lines.set(`${within.pointer}/${within.key}`, line);
        continue;
      }
      const pointer = within ? `${within.pointer}/${within.list ? within.index : within.key}` : '';
      if (!lines.has(pointer)) lines.set(pointer, line);
      if (text === '{' || text === '[') open.push({ list: text === '[', pointer, index: 0, key: null });
    }
  }
  return lines;
}
