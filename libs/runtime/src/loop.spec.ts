import { afterEach, describe, expect, it } from 'vitest';
import { createLogger, type Logger } from './logger.js';
import { loop, type Loop, type LoopOptions, type NextTurn } from './loop.js';

const HOUR_MS = 3_600_000;

const loops: Loop[] = [];
afterEach(() => Promise.all(loops.splice(0).map((one) => one.stop())));

const lines: { level: string; event: string }[] = [];
const logger: Logger = createLogger({ app: 'scheduler', logLevel: 'info' }, { write: (text: string) => void lines.push(JSON.parse(text)) });

/** A loop under test: `at(n)` resolves when turn n, counted from 1, begins. */
function start(turn: (number: number, signal: AbortSignal) => Promise<NextTurn>, options: Partial<LoopOptions> = {}) {
  lines.length = 0;
  const reached = new Map<number, PromiseWithResolvers<number>>();
  const turnOf = (number: number): PromiseWithResolvers<number> => {
    const known = reached.get(number) ?? Promise.withResolvers<number>();
    reached.set(number, known);
    return known;
  };
  let turns = 0;
  let beats = 0;
  let pulses = 0;
  const running = loop({
    name: 'test',
    intervalMs: HOUR_MS,
    logger,
    heartbeat: { beat: () => undefined, pulse: () => ((pulses += 1), { beat: () => (beats += 1), end: () => (pulses -= 1) }) },
    turn: (signal) => {
      turns += 1;
      turnOf(turns).resolve(performance.now());
      return turn(turns, signal);
    },
    ...options,
  });
  loops.push(running);
  return { loop: running, at: (number: number) => turnOf(number).promise, turns: () => turns, beats: () => beats, pulses: () => pulses };
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

describe('loop', () => {
  it('begins its first turn now, and the next at once after "again"', async () => {
    const { at } = start(async (number) => (number < 1_000 ? 'again' : 'idle'));
    await at(1_000);
  });

  it('waits the interval after "idle"', async () => {
    const { at } = start(async () => 'idle', { intervalMs: 40 });
    expect((await at(2)) - (await at(1))).toBeGreaterThanOrEqual(39);
  });

  it('waits as long as the turn says', async () => {
    const { at } = start(async () => 40);
    expect((await at(2)) - (await at(1))).toBeGreaterThanOrEqual(39);
  });

  it('never runs two turns at once, however often it is woken', async () => {
    let running = 0;
    let most = 0;
    const started = start(async (number) => {
      running += 1;
      most = Math.max(most, running);
      for (let step = 0; step < 3; step += 1) {
        started.loop.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      running -= 1;
      return number < 20 ? 'idle' : 'again';
    });
    await started.at(20);
    expect(most).toBe(1);
  });

  it('woken while it waits, begins the next turn now', async () => {
    const started = start(async () => 'idle');
    await started.at(1);
    await new Promise((resolve) => setImmediate(resolve));
    started.loop.wake();
    await started.at(2);
  });

  it('woken during a turn, begins another right after it', async () => {
    const hold = Promise.withResolvers<void>();
    const started = start(async (number) => {
      if (number === 1) await hold.promise;
      return 'idle';
    });
    await started.at(1);
    started.loop.wake();
    hold.resolve();
    await started.at(2);
  });

  it('goes on after turns that throw, waiting twice as long each time', async () => {
    const { at } = start(
      async (number) => {
        if (number <= 3) throw new Error('down');
        return 'idle';
      },
      { intervalMs: 50 },
    );
    const begun = await Promise.all([at(1), at(2), at(3), at(4)]);
    const waits = begun.slice(1).map((ms, index) => ms - (begun[index] ?? 0));
    [50, 100, 200].forEach((ms, index) => expect(waits[index]).toBeGreaterThanOrEqual(ms - 1));
  });

  it('logs the first failure of a row and its end, not each', async () => {
    const { at } = start(
      async (number) => {
        if (number <= 3) throw new Error('down');
        return number === 4 ? 'again' : 'idle';
      },
      { intervalMs: 1 },
    );
    await at(5);
    expect(lines.map(({ event }) => event)).toEqual(['turn_failed', 'turn_recovered']);
  });

  it('a wake-up ends a back-off', async () => {
    const started = start(async (number) => {
      if (number === 1) throw new Error('down');
      return 'idle';
    });
    const first = await started.at(1);
    await new Promise((resolve) => setImmediate(resolve));
    started.loop.wake();
    // Unwoken it waits 5 s.
    expect((await started.at(2)) - first).toBeLessThan(2500);
  });

  it('a wake-up during a turn that fails ends the back-off after it', async () => {
    const hold = Promise.withResolvers<void>();
    const started = start(async (number) => {
      if (number > 1) return 'idle';
      await hold.promise;
      throw new Error('down');
    });
    const first = await started.at(1);
    started.loop.wake();
    hold.resolve();
    expect((await started.at(2)) - first).toBeLessThan(2500);
  });

  it('never turns faster than every 50 ms while it fails, however often it is woken', async () => {
    const started = start(async () => {
      setImmediate(() => started.loop.wake());
      throw new Error('down');
    });
    const first = await started.at(1);
    expect((await started.at(4)) - first).toBeGreaterThanOrEqual(3 * 49);
  });

  it('renews the heartbeat in turns that fail as in others', async () => {
    const started = start(
      async () => {
        throw new Error('down');
      },
      { intervalMs: 1 },
    );
    await started.at(3);
    expect(started.beats()).toBeGreaterThanOrEqual(2);
  });

  it('stop waits for the turn under way, begins none after it, and ends the pulse', async () => {
    let ended = false;
    const started = start(async (_number, signal) => {
      await untilAborted(signal);
      await new Promise((resolve) => setImmediate(resolve));
      ended = true;
      return 'again';
    });
    await started.at(1);
    await started.loop.stop();
    expect({ ended, turns: started.turns(), pulses: started.pulses() }).toEqual({ ended: true, turns: 1, pulses: 0 });
  });

  it('stop ends a wait at once', async () => {
    const started = start(async () => 'idle');
    await started.at(1);
    await new Promise((resolve) => setImmediate(resolve));
    await started.loop.stop();
    expect(started.turns()).toBe(1);
  });

  it('does not log what a turn throws because it was stopped', async () => {
    const started = start(async (_number, signal) => {
      await untilAborted(signal);
      throw new Error('aborted');
    });
    await started.at(1);
    await started.loop.stop();
    expect(lines).toEqual([]);
  });
});
