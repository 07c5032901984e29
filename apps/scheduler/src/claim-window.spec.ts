import { describe, expect, it } from 'vitest';
import { ClaimWindow } from './claim-window.js';

const CAP = 2000;

/** Turns of `turnMs` in which workers take `takenPerTurn`, and the window is filled up again. */
function afterTurns(window: ClaimWindow, turns: number, takenPerTurn: number, turnMs = 100): ClaimWindow {
  let waiting = 0;
  for (let turn = 0; turn <= turns; turn += 1) {
    const claimed = Math.max(0, window.limit - waiting);
    window.observe({ waiting, claimed }, turn * turnMs);
    waiting = Math.max(0, waiting + claimed - takenPerTurn);
  }
  return window;
}

describe('the claim window of a lane', () => {
  it('begins small, so that urgent mail does not queue behind claims', () => {
    expect(new ClaimWindow(CAP).limit).toBe(50);
  });

  it('is never more than its cap, however small', () => {
    expect(new ClaimWindow(1).limit).toBe(1);
    expect(afterTurns(new ClaimWindow(10), 50, 1000).limit).toBe(10);
  });

  it('grows to the cap while workers find it empty', () => {
    // A second a turn: by the rate alone, the window would stay as small as it is.
    expect(afterTurns(new ClaimWindow(CAP), 10, 10_000, 1000).limit).toBe(CAP);
  });

  it('follows what workers take in a second', () => {
    const { limit } = afterTurns(new ClaimWindow(CAP), 100, 40);
    expect(limit).toBeGreaterThanOrEqual(300);
    expect(limit).toBeLessThanOrEqual(500);
  });

  it('shrinks again when workers slow down', () => {
    const window = afterTurns(new ClaimWindow(CAP), 10, 10_000);
    expect(afterTurns(window, 100, 2).limit).toBe(50);
  });

  it('says how long workers need for a quarter of it', () => {
    const window = afterTurns(new ClaimWindow(CAP), 100, 40);
    // 400 a second, and a window of about a second.
    expect(window.quarterMs).toBeGreaterThan(180);
    expect(window.quarterMs).toBeLessThan(320);
    expect(new ClaimWindow(CAP).quarterMs).toBe(Infinity);
  });

  it('says whether it was found empty, and whether it was filled: then more may be due, and workers may wait for it', () => {
    const window = new ClaimWindow(CAP);
    window.observe({ waiting: 0, claimed: 50 }, 0);
    expect([window.wasEmpty, window.isFull]).toEqual([true, true]);
    window.observe({ waiting: 10, claimed: 30 }, 100);
    expect([window.wasEmpty, window.isFull]).toEqual([false, false]);
  });
});
