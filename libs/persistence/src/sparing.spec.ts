import { describe, expect, it } from 'vitest';
import { sparing } from './sparing.js';

const failure = (code: string) => Object.assign(new Error(code), { code });
const CHECK = '23514';
const LOCKED = '55P03';
const OVERDUE = '57014';
const DAMAGED = 'XX001';
const GONE = '57P01';

/** Works through 0 to `count` - 1, of which some fail by themselves, and every batch with one of them. */
async function through(count: number, bad: readonly number[], code = CHECK) {
  const done: number[] = [];
  const faults: number[] = [];
  let statements = 0;
  const items = [...Array(count).keys()];
  const error = await sparing(
    items,
    async (some) => {
      statements += 1;
      if (some.some((item) => bad.includes(item))) throw failure(code);
      done.push(...some);
    },
    (item) => void faults.push(item),
  ).catch((thrown: unknown) => thrown);
  return { done, faults, statements, error };
}

describe('a batch', () => {
  it('that is sound is one statement', async () => {
    expect(await through(500, [])).toMatchObject({ statements: 1, faults: [], error: undefined });
  });

  it('with one bad item does all the others, in few statements', async () => {
    const { done, faults, statements } = await through(500, [321]);
    expect(done).toHaveLength(499);
    expect(faults).toEqual([321]);
    expect(statements).toBeLessThan(25);
  });

  it('full of bad items at its beginning does the rest', async () => {
    const bad = [...Array(400).keys()];
    const { done, faults } = await through(500, bad);
    expect(done).toHaveLength(100);
    expect(faults).toEqual(bad);
  });

  it('of which one is locked, damaged, or takes too long, does the others', async () => {
    for (const code of [LOCKED, DAMAGED, OVERDUE]) expect(await through(100, [7], code)).toMatchObject({ faults: [7], error: undefined });
  });

  it('of a database that is gone is not taken apart', async () => {
    expect(await through(500, [3], GONE)).toMatchObject({ statements: 1, faults: [], error: { code: GONE } });
  });

  it('of a table that is locked, or a server that does nothing in time, is given up', async () => {
    const all = [...Array(500).keys()];
    expect((await through(500, all, LOCKED)).error).toMatchObject({ code: LOCKED });
    const overdue = await through(500, all, OVERDUE);
    expect(overdue.error).toMatchObject({ code: OVERDUE });
    expect(overdue.statements).toBeLessThan(20);
  });
});
