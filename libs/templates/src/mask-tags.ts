/** One Handlebars tag of a source, and the word that stands for it while MJML is at work. */
export interface MaskedTag {
  readonly kind: 'value' | 'open' | 'else' | 'close';
  readonly text: string;
  readonly line: number;
  readonly word: string;
}

export interface MaskedSource {
  readonly source: string;
  readonly tags: readonly MaskedTag[];
  /** Matches any tag's word; a global pattern. */
  readonly words: RegExp;
  /** Puts the tags back into what was made of the source. */
  restore(text: string): string;
}

const TAG = /\{\{(~?)!--[\s\S]*?--~?\}\}|\{\{[\s\S]*?\}\}/g;

/**
 * Puts a plain word in place of each Handlebars tag, so that MJML and the markup scanner cannot misread what is inside
 * one, and every tag can be found again in MJML's output, wherever MJML put it. Comments go.
 */
export function maskTags(source: string): MaskedSource {
  let prefix = 'tagword';
  while (source.includes(prefix)) prefix += 'q';
  const tags: MaskedTag[] = [];
  const masked = source.replace(TAG, (text: string, _strip: string, offset: number) => {
    const inner = text.replace(/^\{\{~?\s*/, '');
    if (inner.startsWith('!')) return text.replace(/[^\n]/g, '');
    const kind = inner.startsWith('#') ? 'open' : inner.startsWith('/') ? 'close' : /^(\^|else\b)/.test(inner) ? 'else' : 'value';
    const word = `${prefix}${String(tags.length).padStart(4, '0')}z`;
    tags.push({ kind, text, line: source.slice(0, offset).split('\n').length, word });
    return word;
  });
  const words = new RegExp(`${prefix}\\d{4,}z`, 'g');
  const textOf = new Map(tags.map(({ word, text }) => [word, text]));
  return { source: masked, tags, words, restore: (text) => text.replace(words, (word) => textOf.get(word) ?? word) };
}
