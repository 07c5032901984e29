import { rmSync, utimesSync, writeFileSync } from 'node:fs';

/** One thing that must keep going, such as a loop. */
export interface Pulse {
  beat(): void;
  end(): void;
}

/**
 * The sign of life that the probe reads: a file whose time is that of the stalest pulse, so that one hung loop is seen
 * though others go on.
 */
export interface Heartbeat {
  /** The process's own pulse. It counts from its first beat on: who beats here must go on beating. */
  beat(): void;
  /** A pulse of its own for a loop; it counts until it ends. */
  pulse(): Pulse;
}

export interface HeartbeatFile extends Heartbeat {
  /** Renews the file now, whatever the pulses say. */
  touch(): void;
  /** Renews it unless there are pulses: what only listens lives as long as its event loop turns. */
  touchUnlessPulsed(): void;
  remove(): void;
}

/** What the file says; the process decides its own bound, and the probe needs no configuration. */
export interface HeartbeatContent {
  readonly pid: number;
  readonly max_age_ms: number;
}

const WRITE_EVERY_MS = 1_000;

/** `onFault` hears of the first of several failures in a row to write: a process is not stopped for its heartbeat. */
export function heartbeatFile(file: string, maxAgeMs: number, onFault: (error: unknown) => void): HeartbeatFile {
  const beats = new Map<object, number>();
  const own = {};
  let writtenAtMs = -Infinity;
  let failing = false;

  const create = (): void => {
    const content: HeartbeatContent = { pid: process.pid, max_age_ms: maxAgeMs };
    // Exclusive: in a temporary folder that others share, a planted link must not be followed.
    writeFileSync(file, JSON.stringify(content), { flag: 'wx' });
  };
  const write = (ageMs: number): void => {
    writtenAtMs = performance.now();
    const atSeconds = (Date.now() - ageMs) / 1_000;
    try {
      try {
        utimesSync(file, atSeconds, atSeconds);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        create();
        utimesSync(file, atSeconds, atSeconds);
      }
      failing = false;
    } catch (error) {
      if (!failing) onFault(error);
      failing = true;
    }
  };
  const beat = (key: object): void => {
    const nowMs = performance.now();
    beats.set(key, nowMs);
    if (nowMs - writtenAtMs >= WRITE_EVERY_MS) write(nowMs - Math.min(...beats.values()));
  };
  const remove = (): void => {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      onFault(error);
    }
  };

  // What an earlier process left has an earlier bound.
  remove();
  return {
    touch: () => write(0),
    touchUnlessPulsed: () => (beats.size === 0 ? write(0) : undefined),
    remove,
    beat: () => beat(own),
    pulse() {
      const key = {};
      beat(key);
      return { beat: () => beat(key), end: () => void beats.delete(key) };
    },
  };
}
