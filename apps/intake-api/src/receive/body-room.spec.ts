import { describe, expect, it } from 'vitest';
import { ProblemError } from '../problem.js';
import { bodyRoom, SMALL_BODY_BYTES, type Place } from './body-room.js';

const MIB = 1024 * 1024;
const LARGEST = 5 * MIB;

const room = (mib: number) => {
  const take = bodyRoom(mib * MIB, LARGEST);
  return (bytes: number): Place => {
    const place = take();
    place.grow(bytes);
    return place;
  };
};
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.refusal.code;
  }
  return 'none';
};

describe('the room for bodies', () => {
  it('refuses a large one as overloaded once three quarters are taken, and takes it when one is given back', () => {
    const take = room(40);
    const places = Array.from({ length: 6 }, () => take(LARGEST));
    expect(refusal(() => take(LARGEST))).toBe('overloaded');
    places[0]?.giveBack();
    expect(refusal(() => take(LARGEST))).toBe('none');
  });

  it('keeps a quarter for small ones, however many large ones there are', () => {
    const take = room(40);
    for (let index = 0; index < 6; index += 1) take(LARGEST);
    for (let index = 0; index < 160; index += 1) take(SMALL_BODY_BYTES);
    expect(refusal(() => take(SMALL_BODY_BYTES))).toBe('overloaded');
  });

  it('counts one that grows with the large ones, and gives back what it had as a small one', () => {
    const take = room(40);
    const growing = take(SMALL_BODY_BYTES);
    growing.grow(30 * MIB);
    expect(refusal(() => take(SMALL_BODY_BYTES + 1))).toBe('overloaded');
    for (let index = 0; index < 160; index += 1) take(SMALL_BODY_BYTES);
    growing.giveBack();
    growing.giveBack();
    expect(refusal(() => take(30 * MIB))).toBe('none');
    expect(refusal(() => take(SMALL_BODY_BYTES + 1))).toBe('overloaded');
  });

  it('has a place for one of the largest, however little room there is', () => {
    expect(refusal(() => room(1)(LARGEST))).toBe('none');
  });
});

describe('the turns of bodies', () => {
  it('come in order, one of the largest at a time, and at once for a small one', async () => {
    const take = room(40);
    const places = Array.from({ length: 4 }, () => take(LARGEST));
    const started: number[] = [];
    places.forEach((place, index) => void place.turn().then(() => started.push(index)));
    await take(SMALL_BODY_BYTES).turn();
    expect(started).toEqual([0]);
    places[0]?.giveBack();
    await new Promise(setImmediate);
    expect(started).toEqual([0, 1]);
  });

  it('pass by one whose caller has gone', async () => {
    const take = room(40);
    const [first, gone, last] = Array.from({ length: 3 }, () => take(LARGEST));
    await first?.turn();
    const waiting = gone?.turn();
    const turn = last?.turn();
    gone?.giveBack();
    await expect(waiting).rejects.toBeInstanceOf(ProblemError);
    first?.giveBack();
    await expect(turn).resolves.toBeUndefined();
  });
});
