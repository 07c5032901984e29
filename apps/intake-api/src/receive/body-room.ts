import { ProblemError } from '../problem.js';

/** Up to here a body is small: most mail is. Such bodies have a quarter of the room, which large ones cannot fill. */
export const SMALL_BODY_BYTES = 64 * 1024;
/** Of large bodies that are worked on at once. Each takes several times its size meanwhile: as text, as values, and on its way to the database. */
const MOST_AT_WORK_BYTES = 5 * 1024 * 1024;

/** What one body takes of the room. */
export interface Place {
  /** Makes it this large. Throws `overloaded` where there is no room for it: what was taken before is still held. */
  grow(bytes: number): void;
  /** Resolves once the body, which is here now, may be worked on: at once for a small one, else in the order in which they came. */
  turn(): Promise<void>;
  giveBack(): void;
}

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * The room in memory for the bodies of all requests, from their first byte to the end of their answers. One body of the largest size
 * always fits where no other large one is.
 */
export function bodyRoom(totalBytes: number, largestBytes: number): () => Place {
  const small = { left: Math.max(totalBytes / 4, SMALL_BODY_BYTES) };
  const large = { left: Math.max(totalBytes - small.left, largestBytes) };
  const queue: Waiting[] = [];
  let atWork = 0;
  const startNext = (): void => {
    for (let [next] = queue; next !== undefined && (atWork === 0 || atWork + next.bytes <= MOST_AT_WORK_BYTES); [next] = queue) {
      queue.shift();
      atWork += next.bytes;
      next.start();
    }
  };
  return () => {
    let share = small;
    let held = 0;
    let leave = (): void => undefined;
    return {
      grow(bytes) {
        const next = bytes <= SMALL_BODY_BYTES ? small : large;
        const more = next === share ? bytes - held : bytes;
        if (more > next.left) throw overloaded();
        if (next !== share) share.left += held;
        next.left -= more;
        [share, held] = [next, bytes];
      },
      turn() {
        if (share === small) return Promise.resolve();
        const bytes = held;
        return new Promise((resolve, reject) => {
          const waiting: Waiting = {
            bytes,
            start: () => {
              leave = () => {
                atWork -= bytes;
                startNext();
              };
              resolve();
            },
          };
          leave = () => {
            queue.splice(queue.indexOf(waiting), 1);
            reject(overloaded());
          };
          queue.push(waiting);
          startNext();
        });
      },
      giveBack() {
        share.left += held;
        held = 0;
        leave();
        leave = () => undefined;
      },
    };
  };
}

function overloaded(): ProblemError {
  return ProblemError.of(
    'overloaded',
    'The bodies of other requests take all the memory that they may. Nothing of this one was stored: try again with the same key.',
  );
}
