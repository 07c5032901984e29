import type { Heartbeat } from './heartbeat.js';
import type { Logger } from './logger.js';
import { loopFailures } from './loop-failures.js';
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
  /** Has the next turn begin now, or as soon as the one under way has ended. A failing loop keeps to its backoff. */
  wake(): void;
  /** Begins no further turn, and resolves once the one under way has ended. */
  stop(): Promise<void>;
}

/** A waiting loop lives: it says so this often. */
const BEAT_EVERY_MS = 5_000;

/**
 * Runs turns one after another, never two at once, the first now. A turn that throws is logged and tried again, after the
 * interval at first and up to 5 s; nothing but `stop` ends a loop. Every turn renews the heartbeat, failed ones too.
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
  let endWait: (() => void) | null = null;

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
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const endsAtMs = performance.now() + ms;
      let timer: NodeJS.Timeout | undefined;
      const end = (): void => {
        clearTimeout(timer);
        endWait = null;
        resolve();
      };
      const look = (): void => {
        pulse.beat();
        const leftMs = endsAtMs - performance.now();
        if (leftMs <= 0) end();
        else timer = setTimeout(look, Math.min(leftMs, BEAT_EVERY_MS));
      };
      endWait = end;
      look();
    });
  const turnOfTheEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const next = await runTurn();
      pulse.beat();
      if (stopping.signal.aborted) break;
      const waitMs = next === 'again' || (woken && !failures.failing) ? 0 : next === 'idle' ? intervalMs : next;
      if (waitMs > 0) await wait(waitMs);
      else await turnOfTheEventLoop();
    }
    pulse.end();
  };
  // Not before the caller has the loop in hand.
  const ended = Promise.resolve().then(run);

  return {
    wake() {
      woken = true;
      if (!failures.failing) endWait?.();
    },
    stop() {
      stopping.abort();
      endWait?.();
      return ended;
    },
  };
}
