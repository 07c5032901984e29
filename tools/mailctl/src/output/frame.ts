const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';

/**
 * Text in place of what the terminal shows: written over it, so that it does not flicker, and what scrolled away before stays to be read.
 * What is higher than the terminal is cut, since only its end could be seen.
 */
export function frame(text: string, height: number): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const most = height - 1;
  const shown = lines.length <= most ? lines : [...lines.slice(0, most - 1), `(${lines.length - most + 1} more lines)`];
  return `${HOME}${shown.map((line) => `${line}${REST_OF_LINE}\n`).join('')}${REST_OF_SCREEN}`;
}

/** Before the first frame. */
export const BLANK = '\u001b[2J';
