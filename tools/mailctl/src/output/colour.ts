const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34 } as const;
export type Colour = keyof typeof CODES;

export type Paint = (text: string, colour: Colour | null) => string;

export const noPaint: Paint = (text) => text;
export const ansiPaint: Paint = (text, colour) => (colour === null || text === '' ? text : `\u001b[${CODES[colour]}m${text}\u001b[0m`);

const OF: Readonly<Record<string, Colour>> = {
  sent: 'green',
  accepted: 'green',
  provider_accepted: 'green',
  done: 'green',
  failed: 'red',
  dead_letter: 'red',
  refused: 'red',
  permanent_rejected: 'red',
  render_failed: 'red',
  uncertain: 'yellow',
  transient_rejected: 'yellow',
  transport_failed: 'yellow',
  timed_out: 'yellow',
  paused: 'yellow',
  sending: 'blue',
  in_progress: 'blue',
  running: 'blue',
};

/** Of a status or an outcome; most have none. */
export function colourOf(word: string | null): Colour | null {
  return word === null ? null : (OF[word] ?? null);
}
