import type { SmtpReply } from '@mail/domain';

const LONGEST_TEXT = 500;
const ENHANCED = /^([245])\.\d{1,3}\.\d{1,3}(?=\s|$)/;

/**
 * One reply (RFC 5321 4.2) from its code and the text of each of its lines: joined to one line, controls out, at most 500
 * characters. The enhanced code (RFC 2034) counts only when its class is the reply's own.
 */
export function parseReply(code: number, lines: readonly string[]): SmtpReply {
  let enhanced: string | null = null;
  const texts = lines.map((line) => {
    const found = ENHANCED.exec(line);
    if (found === null || Number(found[1]) !== Math.floor(code / 100)) return line;
    enhanced ??= found[0];
    return line.slice(found[0].length);
  });
  return { code, enhanced, text: oneLine(texts.join(' ')) };
}

/** Foreign text as one clean line of at most 500 characters. */
export function oneLine(text: string): string {
  const clean = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_TEXT);
  // A surrogate without its other half, left by the cut, is not storable.
  return clean.replace(/[\ud800-\udbff]$/, '');
}
