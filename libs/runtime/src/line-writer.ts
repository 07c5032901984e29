import { destination, type DestinationStream } from 'pino';

const INFO = '{"level":"info"';
/** About what a turn of the event loop brings. */
const BUFFER_CHARACTERS = 16_384;

/**
 * Writes log lines to a file descriptor synchronously, so that none is lost at exit: lines of information together at the end of the turn of
 * the event loop, which for a batch of outcomes is one system call instead of one for each; anything graver at once.
 */
export function lineWriter(fd: number): DestinationStream {
  const file = destination({ dest: fd, sync: true });
  let waiting = '';
  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    file.write(lines);
  };
  process.once('exit', flush);
  return {
    write(line) {
      if (waiting === '') setImmediate(flush);
      waiting += line;
      if (!line.startsWith(INFO) || waiting.length > BUFFER_CHARACTERS) flush();
    },
  };
}
