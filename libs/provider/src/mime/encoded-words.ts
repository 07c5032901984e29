/** RFC 5322 2.1.1: what a line should stay within. */
const MAX_LINE = 78;
/** RFC 2047 2. */
const MAX_WORD = 75;
/** `=?utf-8?Q?` and `?=`. */
const OVERHEAD = 12;
/** The longest character in the Q encoding: four octets. */
const LONGEST_CHARACTER = 12;

/** The subset of Q that is allowed in a phrase too (RFC 2047 5, rule 3). */
const Q_LITERAL = /^[A-Za-z0-9!*+/-]$/;

/**
 * Text as RFC 2047 encoded-words in UTF-8, on as many folded lines as it takes. No character is split between words.
 * Q or B, whichever is shorter. `column`: what its first line already holds.
 */
export function encodedWords(text: string, column: number): string {
  const characters = Array.from(text, (character) => ({ q: q(character), octets: Buffer.from(character, 'utf8') }));
  const qLength = characters.reduce((sum, character) => sum + character.q.length, 0);
  const octets = characters.reduce((sum, character) => sum + character.octets.length, 0);
  const useQ = qLength <= Math.ceil(octets / 3) * 4;

  const words: string[] = [];
  let start = 0;
  let size = 0;
  let room = Math.min(MAX_LINE - column, MAX_WORD) - OVERHEAD;
  const foldFirst = room < LONGEST_CHARACTER;
  if (foldFirst) room = MAX_WORD - OVERHEAD;
  for (let at = 0; at < characters.length; at++) {
    const added = useQ ? characters[at]!.q.length : characters[at]!.octets.length;
    const fits = useQ ? size + added <= room : Math.ceil((size + added) / 3) * 4 <= room;
    if (!fits) {
      words.push(word(characters.slice(start, at), useQ));
      start = at;
      size = 0;
      room = MAX_WORD - OVERHEAD;
    }
    size += added;
  }
  words.push(word(characters.slice(start), useQ));
  return (foldFirst ? '\r\n ' : '') + words.join('\r\n ');
}

function q(character: string): string {
  if (character === ' ') return '_';
  if (Q_LITERAL.test(character)) return character;
  return Buffer.from(character, 'utf8').toString('hex').toUpperCase().replace(/../g, '=$&');
}

function word(characters: { q: string; octets: Buffer }[], useQ: boolean): string {
  if (useQ) return `=?utf-8?Q?${characters.map((character) => character.q).join('')}?=`;
  return `=?utf-8?B?${Buffer.concat(characters.map((character) => character.octets)).toString('base64')}?=`;
}
