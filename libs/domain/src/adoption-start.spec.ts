import { describe, expect, it } from 'vitest';
import { adoptionStart, type StreamStock } from './adoption-start.js';

const HOUR_MS = 3_600_000;
const TTL_MS = 168 * HOUR_MS;
const NOW_MS = 1_800_000_000_000;
const daysAgo = (days: number, sequence = 0): string => `${NOW_MS - days * 24 * HOUR_MS}-${sequence}`;
const stockOf = (...ids: string[]): StreamStock => ({
  counted_at: '2026-01-02T03:04:05.000Z',
  last_generated_id: ids.at(-1) ?? '0-0',
  length: ids.length,
  counted: ids.length,
  marks: ids.map((id, index) => [id, index + 1]),
});

describe('an adopted stream is read on', () => {
  it('after what idempotency keys no longer cover: now less their TTL, and an hour of it', () => {
    const stock = stockOf(daysAgo(9), daysAgo(8), daysAgo(6), daysAgo(0));
    const start = { lastId: `${NOW_MS - TTL_MS + HOUR_MS}-0`, mayBeSentAgain: 0, passedOver: 2 };
    expect(adoptionStart(null, stock, NOW_MS, TTL_MS)).toEqual(start);
  });

  it('with a tenth of a TTL that is short', () => {
    expect(adoptionStart(null, null, NOW_MS, HOUR_MS).lastId).toBe(`${NOW_MS - 0.9 * HOUR_MS}-0`);
  });

  it('after its newest entry where all are older, and not past it', () => {
    const stock = stockOf(daysAgo(9), daysAgo(8, 7));
    expect(adoptionStart(null, stock, NOW_MS, TTL_MS)).toEqual({ lastId: daysAgo(8, 7), mayBeSentAgain: 0, passedOver: 2 });
  });

  it('from where an operator says, who is told how many entries may be sent again', () => {
    const stock = stockOf(daysAgo(11), daysAgo(9), daysAgo(8), daysAgo(6), daysAgo(0));
    const told = (id: string) => adoptionStart(id, stock, NOW_MS, TTL_MS);
    expect(told('0-0')).toEqual({ lastId: '0-0', mayBeSentAgain: 3, passedOver: 0 });
    expect(told(daysAgo(10))).toEqual({ lastId: daysAgo(10), mayBeSentAgain: 2, passedOver: 1 });
    expect(told(daysAgo(9))).toEqual({ lastId: daysAgo(9), mayBeSentAgain: 1, passedOver: 2 });
    expect(told(daysAgo(6))).toEqual({ lastId: daysAgo(6), mayBeSentAgain: 0, passedOver: 4 });
  });

  it('with no number where nothing was counted', () => {
    expect(adoptionStart('0-0', null, NOW_MS, TTL_MS)).toEqual({ lastId: '0-0', mayBeSentAgain: null, passedOver: null });
  });

  it('with a number that is never too small where not every entry is marked or counted', () => {
    const marks = [[daysAgo(11), 10] as const, [daysAgo(9), 20] as const, [daysAgo(6), 30] as const];
    const sparse = { ...stockOf(daysAgo(0)), length: 30, counted: 30, marks };
    expect(adoptionStart('0-0', sparse, NOW_MS, TTL_MS).mayBeSentAgain).toBe(29);
    expect(adoptionStart(daysAgo(10), sparse, NOW_MS, TTL_MS)).toMatchObject({ mayBeSentAgain: 19, passedOver: 19 });
    const broken = { ...sparse, length: 5000, marks: marks.slice(0, 2) };
    expect(adoptionStart('0-0', broken, NOW_MS, TTL_MS).mayBeSentAgain).toBe(5000);
  });

  it('from the very beginning where the TTL is longer than time itself', () => {
    expect(adoptionStart(null, stockOf('1-1'), 1000, TTL_MS).lastId).toBe('0-0');
  });
});
