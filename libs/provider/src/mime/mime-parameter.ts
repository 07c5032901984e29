import { assertHeaderSafe } from './assert-header-safe.js';

/** A folded line: a space before, a semicolon behind. */
const ROOM = 76;
const TOKEN = /^[\w!#$&+.^`{|}~-]+$/;
const QUOTABLE = /^[\x20-\x7e]*$/;
/** RFC 2231 7: attribute-char. */
const ATTRIBUTE_CHARACTER = /^[\w!#$&+.^`{|}~-]$/;

/**
 * A MIME parameter, such as `filename`, as one or more pieces that fit a line each: a token, a quoted string, or RFC 2231
 * extended and continued (`filename*0*=utf-8''…`) when it is not ASCII, too long, or holds what parsers unquote differently.
 */
export function mimeParameter(name: string, value: string): readonly string[] {
  assertHeaderSafe(value, name);
  if (TOKEN.test(value) && name.length + 1 + value.length <= ROOM) return [`${name}=${value}`];
  if (QUOTABLE.test(value) && !/["\\]/.test(value) && name.length + 3 + value.length <= ROOM) return [`${name}="${value}"`];

  const encoded = Array.from(value, extended);
  const whole = `${name}*=utf-8''${encoded.join('')}`;
  if (whole.length <= ROOM) return [whole];
  const pieces: string[] = [];
  let piece = `${name}*0*=utf-8''`;
  for (const character of encoded) {
    if (piece.length + character.length > ROOM) {
      pieces.push(piece);
      piece = `${name}*${pieces.length}*=`;
    }
    piece += character;
  }
  return [...pieces, piece];
}

function extended(character: string): string {
  if (ATTRIBUTE_CHARACTER.test(character)) return character;
  return Buffer.from(character, 'utf8').toString('hex').toUpperCase().replace(/../g, '%$&');
}
