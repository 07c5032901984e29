import type { LineFault } from './catalog-error.js';
import { scanMarkup } from './markup.js';

/** HTML elements that have no end tag (HTML Living Standard 13.1.2). */
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

/**
 * Finds tags of an MJML source that are not closed, closed twice or closed crosswise. MJML itself lets an unclosed tag
 * pass, even when strict, and drops or misplaces what is in it.
 */
export function checkBalance(source: string): LineFault[] {
  const faults: LineFault[] = [];
  const lineAt = (offset: number): number => source.slice(0, offset).split('\n').length;
  const open: { name: string; line: number }[] = [];
  for (const piece of scanMarkup(source)) {
    // It swallows the rest of the source, so nothing more can be said.
    if (piece.kind === 'broken') return [{ line: lineAt(piece.start), message: 'a tag or comment begins here and does not end' }];
    if (piece.kind === 'open' && !piece.selfClosing && !VOID.has(piece.name)) open.push({ name: piece.name, line: lineAt(piece.start) });
    if (piece.kind !== 'close') continue;
    const from = open.findLastIndex(({ name }) => name === piece.name);
    if (from < 0) {
      faults.push({ line: lineAt(piece.start), message: `</${piece.name}> closes nothing` });
      continue;
    }
    for (const unclosed of open.splice(from).slice(1)) faults.push(unclosedFault(unclosed));
  }
  return [...faults, ...open.map(unclosedFault)];
}

const unclosedFault = ({ name, line }: { name: string; line: number }): LineFault => ({ line, message: `<${name}> is not closed` });
