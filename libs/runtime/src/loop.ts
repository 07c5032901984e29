import type { Heartbeat } from './heartbeat.js';
import type { Logger } from './logger.js';
import { LEAST_BACK_OFF_MS, loopFailures } from './loop-failures.js';
import { counter } from './telemetry/measure.js';

/** When the next turn is: at once, after the interval, or after so many ms. */
export type NextTurn = 'again' | 'idle' | number;

export interface LoopOptions {
  readonly name: string;
  readonly intervalMs: number;
  /**
   * One turn. The signal is aborted when the loop is stopped, so that a wait may end early. A turn that is long by nature
   * calls `beat` between its steps.
   */
  readonly turn: (signal: AbortSignal, beat: () => void) => Promise<NextTurn>;
  readonly heartbeat: Heartbeat;
  readonly logger: Logger;
}

export interface Loop {
  /** Has the next turn begin now, or as soon as the one under way has ended; 50 ms after one that failed. */
  wake(): void;
  /** Begins no further turn, and resolves once the one under way has ended. */
  stop(): Promise<void>;
}

/** A waiting loop lives: it says so this often. */
const BEAT_EVERY_MS = 5_000;

/**
 * Runs turns one after another, never two at once, the first now. A turn that throws is logged and tried again, after the
 * interval at first and up to 5 s, or when it is woken; nothing but `stop` ends a loop. Every turn renews the heartbeat, failed ones too.
 */
export function loop({ name, intervalMs, turn, heartbeat, logger }: LoopOptions): Loop {
  const stopping = new AbortController();
  const pulse = heartbeat.pulse();
  const failures = loopFailures(name, intervalMs, logger);
  const turns = counter('mail.loop.turns');
  const [ok, failed] = [
    { loop: name, result: 'ok' },
    { loop: name, result: 'failed' },
  ];
  let woken = false;
  let waiting: { readonly end: () => void; readonly look: () => void } | null = null;

  const runTurn = async (): Promise<NextTurn> => {
    woken = false;
    try {
      const next = await turn(stopping.signal, pulse.beat);
      failures.recovered();
      turns?.(1, ok);
      return next;
    } catch (error) {
      if (stopping.signal.aborted) return 'again';
      turns?.(1, failed);
      return failures.failed(error);
    }
  };
  /** Ends after `ms`, or once it is woken, but not before `leastMs`. */
  const wait = (ms: number, leastMs: number): Promise<void> =>
    new Promise((resolve) => {
      const begunAtMs = performance.now();
      let timer: NodeJS.Timeout | undefined;
      const end = (): void => {
        clearTimeout(timer);
        waiting = null;
        resolve();
      };
      const look = (): void => {
        clearTimeout(timer);
        pulse.beat();
        const leftMs = begunAtMs + (woken ? Math.min(leastMs, ms) : ms) - performance.now();
        if (leftMs <= 0) end();
        else timer = setTimeout(look, Math.min(leftMs, BEAT_EVERY_MS));
      };
      waiting = { end, look };
      look();
    });
  const turnOfTheEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const next = await runTurn();
      pulse.beat();
      if (stopping.signal.aborted) break;
      const waitMs = next === 'again' || (woken && !failures.failing) ? 0 : next === 'idle' ? intervalMs : next;
      if (waitMs > 0) await wait(waitMs, failures.failing ? LEAST_BACK_OFF_MS : 0);
      else await turnOfTheEventLoop();
    }
    pulse.end();
  };
  // Not before the caller has the loop in hand.
  const ended = Promise.resolve().then(run);

  return {
    wake() {
      woken = true;
      waiting?.look();
    },
    stop() {
      stopping.abort();
      waiting?.end();
      return ended;
    },
  };
}
