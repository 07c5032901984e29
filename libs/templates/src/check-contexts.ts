import type { LineFault } from './catalog-error.js';
import { scanMarkup, type MarkupPiece } from './markup.js';
import type { MaskedSource } from './mask-tags.js';
import type { Placeholder } from './read-placeholders.js';

/** Where in HTML a tag stands. `attribute` is a quoted value. */
interface Context {
  readonly kind: 'text' | 'title' | 'attribute' | 'unsafe';
  /** The attribute, or words for people. */
  readonly where: string;
  readonly quote?: string;
  readonly element?: string;
  /** Whether the tag is all of the attribute's value. */
  readonly alone?: boolean;
}

/** Links that a reader follows or a client shows; not what would load a script, a style or a frame. */
const LINKS = new Set(['a href', 'area href', 'img src']);
const TEXTS = new Set(['alt', 'title', 'aria-label', 'aria-description']);

/**
 * Checks that each placeholder stands in the HTML where escaping makes its value harmless: in text, in an attribute that
 * is text, or as the whole of a link, if it is declared as a `uri`. Blocks must end in the context in which they began,
 * which is what makes one pass over the HTML enough. `placeholders` are the source's values, in order.
 */
export function checkContexts(html: string, masked: MaskedSource, placeholders: readonly Placeholder[]): LineFault[] {
  const faults: LineFault[] = [];
  const pieces = scanMarkup(html);
  const values = masked.tags.filter(({ kind }) => kind === 'value');
  const placeholderOf = new Map(values.map((tag, index) => [tag.word, placeholders[index]]));
  const tagOf = new Map(masked.tags.map((tag) => [tag.word, tag]));
  const seen = new Set<string>();
  const blocks: string[] = [];
  let cursor = 0;
  for (const match of html.matchAll(masked.words)) {
    const tag = tagOf.get(match[0]);
    if (!tag) continue;
    while ((pieces[cursor]?.end ?? Infinity) <= match.index) cursor += 1;
    const context = contextAt(pieces[cursor], match.index, match[0].length);
    const place = `${context.kind} ${context.where} ${context.quote ?? ''}`;
    seen.add(match[0]);
    const message = context.kind === 'unsafe' || tag.kind === 'value' ? valueFault(context, placeholderOf.get(match[0])) : null;
    if (message !== null) faults.push({ line: tag.line, message: `${tag.text} ${message}` });
    if (tag.kind === 'value') continue;
    if (tag.kind === 'open') blocks.push(place);
    else if ((tag.kind === 'else' ? blocks.at(-1) : blocks.pop()) !== place) {
      faults.push({ line: tag.line, message: `${tag.text} is in another part of the HTML than the beginning of its block` });
    }
  }
  const lost = masked.tags.filter(({ word }) => !seen.has(word));
  return [
    ...faults,
    ...lost.map(({ line, text }) => ({
      line,
      message: `${text} is lost: MJML drops it here (use <mj-text>, or <mj-raw> for a block around components)`,
    })),
  ];
}

function contextAt(piece: MarkupPiece | undefined, start: number, length: number): Context {
  if (piece?.kind === 'text') {
    if (piece.within === null) return { kind: 'text', where: '' };
    return piece.within === 'title' ? { kind: 'title', where: 'in the title' } : { kind: 'unsafe', where: `inside <${piece.within}>` };
  }
  if (piece?.kind !== 'open') return { kind: 'unsafe', where: piece?.kind === 'comment' ? 'in a comment' : 'in a tag' };
  const attribute = piece.attributes.find((candidate) => candidate.start <= start && start < candidate.end);
  if (!attribute) return { kind: 'unsafe', where: 'in a tag' };
  if (attribute.quote === '') return { kind: 'unsafe', where: 'in an attribute without quotes' };
  return {
    kind: 'attribute',
    where: attribute.name,
    element: piece.name,
    quote: attribute.quote,
    alone: attribute.end - attribute.start === length,
  };
}

/** Why a tag may not stand there, or null. */
function valueFault(context: Context, placeholder: Placeholder | undefined): string | null {
  if (context.kind === 'unsafe') return `is ${context.where}, where nothing makes it safe`;
  if (context.kind === 'text') return null;
  if (placeholder?.schema['x-multiline']) return 'may break lines (x-multiline): use it in text only';
  if (context.kind === 'title' || TEXTS.has(context.where)) return null;
  if (!LINKS.has(`${context.element} ${context.where}`))
    return `is in the attribute ${context.where} of <${context.element}>, where nothing makes it safe`;
  if (!context.alone) return `must be the whole value of ${context.where}`;
  return placeholder?.schema.format === 'uri' ? null : `is a link (${context.where}): declare it as "format": "uri"`;
}
