import type { Breach } from '@mail/persistence';
import type { Logger } from '@mail/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { UnaccountedLog } from './unaccounted-log.js';

const MINUTE_MS = 60_000;
const kind = 'attempt_missing';
let lines: { event: string; ids?: string[]; count?: number }[];
let log: UnaccountedLog;

beforeEach(() => {
  lines = [];
  const write = (line: (typeof lines)[number]): number => lines.push(line);
  log = new UnaccountedLog({ info: write, error: write } as unknown as Logger);
});

const report = (atMs: number, ...ids: string[]): void =>
  log.report(
    kind,
    ids.length,
    ids.map((id): Breach => ({ kind, id, detail: '' })),
    atMs,
  );

describe('what is unaccounted for is logged', () => {
  it('with its ids, and not again while it stays the same', () => {
    report(0, 'a', 'b');
    report(MINUTE_MS, 'b', 'a');
    expect(lines).toEqual([{ event: 'unaccounted', kind, count: 2, ids: ['a', 'b'] }]);
  });

  it('at once when another comes, and not when one of them is mended', () => {
    report(0, 'a');
    report(1, 'a', 'b');
    report(2, 'b');
    expect(lines.map(({ ids }) => ids)).toEqual([['a'], ['a', 'b']]);
  });

  it('again after ten minutes', () => {
    report(0, 'a');
    report(10 * MINUTE_MS - 1, 'a');
    expect(lines).toHaveLength(1);
    report(10 * MINUTE_MS, 'a');
    expect(lines).toHaveLength(2);
  });

  it('and once when all of a kind is accounted for again', () => {
    report(0);
    report(1, 'a');
    report(2);
    report(3);
    report(4, 'a');
    expect(lines.map(({ event }) => event)).toEqual(['unaccounted', 'accounted', 'unaccounted']);
  });
});
