import { destination, type DestinationStream } from 'pino';

const INFO = '{"level":"info"';
/** About what a turn of the event loop brings; past it a line is written at once. The library takes less than 16 KiB. */
const BUFFER_BYTES = 16_000;

/**
 * Writes log lines to a file descriptor synchronously, so that none is lost at exit: lines of information together at the end of the turn of
 * the event loop, which for a batch of outcomes is one system call instead of one for each; anything graver at once.
 */
export function lineWriter(fd: number): DestinationStream {
  const file = destination({ dest: fd, sync: true, minLength: BUFFER_BYTES });
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    try {
      file.flushSync();
    } catch (error) {
      // As pino hears of a line that it writes itself: a reader that has gone is no reason to end.
      file.emit('error', error);
    }
  };
  process.once('exit', flush);
  return {
    write(line) {
      file.write(line);
      if (!line.startsWith(INFO)) flush();
      else if (!scheduled) {
        scheduled = true;
        setImmediate(flush);
      }
    },
  };
}
