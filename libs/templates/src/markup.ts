export interface MarkupAttribute {
  readonly name: string;
  /** Range of the value, without its quotes. */
  readonly start: number;
  readonly end: number;
  /** Its quote; empty for a value without quotes. */
  readonly quote: '"' | "'" | '';
}

/** A stretch of markup; the pieces of a source follow one another without gaps. `broken` is a tag or comment without an end. */
export type MarkupPiece = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'text'; /** The element whose content is no markup, such as `style`. */ readonly within: string | null }
  | { readonly kind: 'open'; readonly name: string; readonly selfClosing: boolean; readonly attributes: readonly MarkupAttribute[] }
  | { readonly kind: 'close'; readonly name: string }
  | { readonly kind: 'comment' | 'declaration' | 'broken' }
);

const UNPARSED = new Set(['style', 'mj-style', 'script', 'title', 'textarea', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext']);

// Outlook's conditional comments hold markup, so only their own brackets are passed over: <!--[if mso]>, <!--<![endif]-->, <![endif]-->.
const CONDITION = /<!--\[if[^\]]*\]>(?:<!-->|-->)?|(?:<!--)?<!\[endif\]-->/y;
const DECLARATION = /<![^-][^>]*>/y;
const CLOSE = /<\/([a-z][^\s/>]*)[^>]*>/iy;
const OPEN = /<([a-z][^\s/>]*)((?:[^"'>]|"[^"]*"|'[^']*')*)>/iy;
const ATTRIBUTE = /([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

/** Splits HTML or MJML into its pieces, the way a browser would for markup that is well formed. */
export function scanMarkup(source: string): MarkupPiece[] {
  const pieces: MarkupPiece[] = [];
  const matchAt = (pattern: RegExp, at: number): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const text = (start: number, end: number, within: string | null = null): void => {
    if (end > start) pieces.push({ kind: 'text', start, end, within });
  };
  let at = 0;
  let textFrom = 0;
  while (at < source.length) {
    const tag = source.indexOf('<', at);
    if (tag < 0) break;
    const piece = tagAt(tag);
    if (!piece) {
      at = tag + 1;
      continue;
    }
    text(textFrom, tag);
    pieces.push(piece);
    at = textFrom = piece.end;
    if (piece.kind === 'open' && !piece.selfClosing && UNPARSED.has(piece.name)) {
      const end = source.slice(at).search(new RegExp(`</${piece.name}[\\s/>]`, 'i'));
      text(at, end < 0 ? source.length : at + end, piece.name);
      at = textFrom = end < 0 ? source.length : at + end;
    }
  }
  text(textFrom, source.length);
  return pieces;

  function tagAt(start: number): MarkupPiece | null {
    const condition = matchAt(CONDITION, start);
    if (condition) return { kind: 'declaration', start, end: start + condition[0].length };
    if (source.startsWith('<!--', start)) {
      const end = source.indexOf('-->', start + 4);
      return end < 0 ? { kind: 'broken', start, end: source.length } : { kind: 'comment', start, end: end + 3 };
    }
    const declaration = matchAt(DECLARATION, start);
    if (declaration) return { kind: 'declaration', start, end: start + declaration[0].length };
    const close = matchAt(CLOSE, start);
    if (close) return { kind: 'close', name: (close[1] ?? '').toLowerCase(), start, end: start + close[0].length };
    const open = matchAt(OPEN, start);
    if (open) {
      const [whole, name = '', inner = ''] = open;
      const attributes = attributesOf(inner, start + 1 + name.length);
      return { kind: 'open', name: name.toLowerCase(), selfClosing: inner.endsWith('/'), attributes, start, end: start + whole.length };
    }
    return /^<[a-z/!?]/i.test(source.slice(start, start + 2)) ? { kind: 'broken', start, end: source.length } : null;
  }
}

function attributesOf(inner: string, offset: number): MarkupAttribute[] {
  return [...inner.matchAll(ATTRIBUTE)].map((match) => {
    const [whole, name = '', double, single, bare] = match;
    const value = double ?? single ?? bare ?? '';
    const quote = double !== undefined ? '"' : single !== undefined ? "'" : '';
    const end = offset + match.index + whole.length - quote.length;
    return { name: name.toLowerCase(), start: end - value.length, end, quote };
  });
}
