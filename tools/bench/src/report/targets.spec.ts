import { describe, expect, it } from 'vitest';
import { collectFigures } from './figures.ts';
import type { Figures } from './figures.ts';
import { judge } from './targets.ts';

function endToEnd(ours: readonly number[], ...peers: (readonly [string, readonly number[]])[]): Figures {
  const figures = collectFigures();
  for (const [whose, values] of [['ours', ours] as const, ...peers]) {
    values.forEach((value, index) => figures.add({ measurement: 'c', what: 'mails/s', whose, round: index + 1, value }));
  }
  return figures;
}

describe('a target', () => {
  it.each([
    ['met, by the median', [290, 310, 320], 'met'],
    ['in reach, where one round meets it', [280, 290, 310], 'in reach'],
    ['missed, where no round meets it', [280, 290, 299], 'missed'],
  ])('is %s', (_, ours, verdict) => {
    expect(judge(endToEnd(ours, ['pg-boss', [100, 100, 100]]))).toMatchObject([{ verdict }]);
  });

  it('compares with the best peer of the same round', () => {
    const [judged] = judge(endToEnd([600, 600], ['pg-boss', [100, 200]], ['graphile-worker', [150, 100]]));
    expect(judged?.spread).toEqual({ median: 3.5, min: 3, max: 4 });
  });

  it('that was not measured is not judged', () => {
    expect(judge(endToEnd([600]))).toEqual([]);
    expect(judge(collectFigures())).toEqual([]);
  });

  it('for what should be small is missed only where every round exceeds it', () => {
    const figures = collectFigures();
    const seconds = [2.4, 2.6, 2.7];
    seconds.forEach((value, index) => figures.add({ measurement: 'h', what: 'to ready, s', whose: 'scheduler', round: index + 1, value }));
    expect(judge(figures)).toMatchObject([{ verdict: 'in reach' }]);
    const late = collectFigures();
    late.add({ measurement: 'h', what: 'to ready, s', whose: 'scheduler', round: 1, value: 2.6 });
    expect(judge(late)).toMatchObject([{ verdict: 'missed' }]);
  });
});
