import { describe, expect, it } from 'vitest';
import { groupCommit } from './group-commit.js';

const OUTAGE = new Error('outage');

/** A store whose writes end when they are told to. */
function heldStore({ maxSize = 100, maxInFlight = 1, overlapAfterMs = 0 } = {}) {
  const writes: { items: readonly number[]; end: (error?: Error) => void }[] = [];
  const commits = groupCommit<number, number>({
    maxSize,
    maxInFlight,
    overlapAfterMs,
    isOutage: (error) => error === OUTAGE,
    write: (items) =>
      new Promise((resolve, reject) => {
        writes.push({ items, end: (error) => (error === undefined ? resolve(items.map((item) => item * 10)) : reject(error)) });
      }),
  });
  const begun = async (count: number) => {
    while (writes.length < count) await new Promise((resolve) => setImmediate(resolve));
    return writes;
  };
  return { commits, begun };
}

describe('a group commit', () => {
  it('writes what comes in one turn of the event loop together, and answers each its own result', async () => {
    const { commits, begun } = heldStore();
    const answers = Promise.all([1, 2, 3].map((item) => commits.submit(item)));
    const [write] = await begun(1);
    expect(write?.items).toEqual([1, 2, 3]);
    write?.end();
    expect(await answers).toEqual([10, 20, 30]);
  });

  it('gathers what comes while a write is under way for the next one', async () => {
    const { commits, begun } = heldStore();
    const first = commits.submit(1);
    await begun(1);
    const later = Promise.all([commits.submit(2), commits.submit(3)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(commits.waiting).toBe(2);
    (await begun(1))[0]?.end();
    await first;
    const [, second] = await begun(2);
    expect(second?.items).toEqual([2, 3]);
    second?.end();
    expect(await later).toEqual([20, 30]);
  });

  it('begins no second write beside the first while that is new', async () => {
    const { commits, begun } = heldStore({ maxInFlight: 2, overlapAfterMs: 60_000 });
    const first = commits.submit(1);
    await begun(1);
    const second = commits.submit(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(commits.waiting).toBe(1);
    (await begun(1))[0]?.end();
    (await begun(2))[1]?.end();
    expect(await Promise.all([first, second])).toEqual([10, 20]);
  });

  it('a write that is held up does not hold up the next', async () => {
    const { commits, begun } = heldStore({ maxInFlight: 2, overlapAfterMs: 20 });
    const held = commits.submit(1);
    await begun(1);
    const next = commits.submit(2);
    const writes = await begun(2);
    writes[1]?.end();
    expect(await next).toBe(20);
    writes[0]?.end();
    expect(await held).toBe(10);
  });

  it('a full write need not wait', async () => {
    const { commits, begun } = heldStore({ maxSize: 2, maxInFlight: 2, overlapAfterMs: 60_000 });
    const answers = Promise.all([1, 2, 3].map((item) => commits.submit(item)));
    const more = commits.submit(4);
    const writes = await begun(2);
    expect(writes.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    writes.forEach(({ end }) => end());
    expect(await answers).toEqual([10, 20, 30]);
    expect(await more).toBe(40);
  });

  it('has no more writes under way, and none larger, than it may', async () => {
    const { commits, begun } = heldStore({ maxSize: 2, maxInFlight: 2 });
    const answers = Promise.all([1, 2, 3, 4, 5].map((item) => commits.submit(item)));
    const writes = await begun(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(writes.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    writes[0]?.end();
    expect((await begun(3))[2]?.items).toEqual([5]);
    writes.forEach(({ end }) => end());
    expect(await answers).toEqual([10, 20, 30, 40, 50]);
  });

  it('writes no more bytes at once than it may, and an item that is larger alone', async () => {
    const writes: (readonly number[])[] = [];
    const commits = groupCommit<number, number>({
      maxSize: 100,
      maxBytes: 10,
      bytesOf: (item) => item,
      maxInFlight: 1,
      isOutage: () => false,
      write: (items) => {
        writes.push(items);
        return Promise.resolve(items);
      },
    });
    await Promise.all([4, 6, 1, 50, 3].map((item) => commits.submit(item)));
    expect(writes).toEqual([[4, 6], [1], [50], [3]]);
  });

  it('lets an item that fails a batch fail alone', async () => {
    const commits = groupCommit<number, number>({
      maxSize: 100,
      maxInFlight: 1,
      isOutage: (error) => error === OUTAGE,
      write: (items) => (items.includes(2) ? Promise.reject(new Error('not 2')) : Promise.resolve(items)),
    });
    const answers = await Promise.allSettled([1, 2, 3].map((item) => commits.submit(item)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('tells every item of an outage, and tries none of them alone', async () => {
    const { commits, begun } = heldStore();
    const answers = Promise.allSettled([1, 2].map((item) => commits.submit(item)));
    (await begun(1))[0]?.end(OUTAGE);
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const after = commits.submit(3);
    const writes = await begun(2);
    expect(writes[1]?.items).toEqual([3]);
    writes[1]?.end();
    expect(await after).toBe(30);
  });
});
