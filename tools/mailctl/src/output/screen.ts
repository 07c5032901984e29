import { once } from 'node:events';
import { ansiPaint, noPaint, type Paint } from './colour.js';

/** Where answers go: a terminal, a file or a pipe. */
export interface Screen {
  readonly isTerminal: boolean;
  /** Columns to fit in; `null` where nothing is to be cut. */
  readonly width: number | null;
  /** Lines of the terminal. */
  readonly height: number | null;
  readonly paint: Paint;
  write(text: string): Promise<void>;
  /** Beside the answer, on standard error. */
  note(text: string): void;
}

/** Colour for terminals alone, and not where NO_COLOR says so (https://no-color.org) or the terminal is a dumb one. */
export function screen(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Screen {
  const isTerminal = stdout.isTTY === true;
  const plain = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return {
    isTerminal,
    // As it is now: it may be made wider or narrower. One that does not know its size says 0.
    get width() {
      return isTerminal ? stdout.columns || 80 : null;
    },
    get height() {
      return isTerminal ? stdout.rows || 24 : null;
    },
    paint: isTerminal && !plain ? ansiPaint : noPaint,
    async write(text) {
      // A reader that is slow is waited for, or everything that was asked for would pile up here.
      if (!stdout.write(text)) await once(stdout, 'drain');
    },
    note: (text) => void stderr.write(`${text}\n`),
  };
}
