import { assertHeaderSafe } from './assert-header-safe.js';
import { encodedWords } from './encoded-words.js';
import { NotComposable } from './not-composable.js';

const MAX_LINE = 78;
/** RFC 5322 2.1.1: the hard limit of a line, less the space that begins a folded one. */
export const LONGEST_RAW_WORD = 997;

/** What must not stand raw: anything but printable ASCII and tab, what looks like an encoded-word, white space at either end. */
const MUST_ENCODE = /[^\t\x20-\x7e]|=\?|^[ \t]|[ \t]$/;

/**
 * One header line with free text (RFC 5322 3.6.5), folded at single spaces, without the last CRLF. From the first word that
 * cannot stand raw to the last one it becomes encoded-words, so that `Ünï <list.example>` keeps its angle brackets.
 * `longestRawWord`: an ASCII word longer than this is encoded, as it could not be folded.
 * @throws Error on a line break, a NUL or a name that is no header name: a bug by now
 */
export function unstructuredHeader(name: string, value: string, longestRawWord = LONGEST_RAW_WORD): string {
  if (!/^[!-9;-~]+$/.test(name)) throw new NotComposable('not a header name');
  assertHeaderSafe(value, name);
  const head = `${name}: `;
  if (head.length + value.length <= MAX_LINE && !MUST_ENCODE.test(value)) return head + value;

  const words = value.split(/(?<=[^ \t]) (?=[^ \t])/);
  const isRaw = (word: string, at: number) =>
    !MUST_ENCODE.test(word) && word.length <= longestRawWord && (at > 0 || head.length + word.length <= LONGEST_RAW_WORD);
  const first = words.findIndex((word, at) => !isRaw(word, at));
  const last = words.findLastIndex((word, at) => !isRaw(word, at));
  if (first === -1) return appendWords(head, words);
  const before = appendWords(head, words.slice(0, first));
  const encoded = encodedWords(words.slice(first, last + 1).join(' '), columnOf(before) + (first === 0 ? 0 : 1));
  // A fold brings its own space, and two would both be read.
  const space = first === 0 || encoded.startsWith('\r\n') ? '' : ' ';
  return appendWords(before + space + encoded, words.slice(last + 1));
}

/** Puts words behind a header's beginning, folding before each that would cross the line's end. */
function appendWords(header: string, words: readonly string[]): string {
  let result = header;
  let column = columnOf(header);
  for (const word of words) {
    if (result.endsWith(': ') && column === result.length) {
      result += word;
      column += word.length;
    } else if (column + 1 + word.length > MAX_LINE) {
      result += `\r\n ${word}`;
      column = 1 + word.length;
    } else {
      result += ` ${word}`;
      column += 1 + word.length;
    }
  }
  return result;
}

function columnOf(header: string): number {
  return header.length - (header.lastIndexOf('\n') + 1);
}
