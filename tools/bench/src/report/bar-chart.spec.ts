import { describe, expect, it } from 'vitest';
import { barChart, niceStep } from './bar-chart.ts';

const bar = (label: string, median: number) => ({ label, median, min: median * 0.9, max: median * 1.1, own: label === 'ours' });

describe('a bar chart', () => {
  it('draws bars in proportion, from zero', () => {
    const svg = barChart({ title: 't', axis: 'mails/s', bars: [bar('ours', 4000), bar('other', 1000)] });
    const widths = [...svg.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).toHaveLength(2);
    expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBeCloseTo(4, 1);
  });

  it('labels its axis, and has colours for light and dark', () => {
    const svg = barChart({ title: 'Title', axis: 'mails/s', bars: [bar('ours', 1)] });
    expect(svg).toContain('>mails/s</text>');
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('writes what is markup elsewhere as text', () => {
    expect(barChart({ title: 'a < b & c', axis: 'x', bars: [bar('ours', 1)] })).toContain('a &lt; b &amp; c');
  });

  it('stays within its frame, spread and value included', () => {
    const svg = barChart({ title: 't', axis: 'x', bars: [bar('ours', 3999)] });
    const right = Math.max(...[...svg.matchAll(/x2="([\d.]+)"/g)].map(([, x]) => Number(x)));
    expect(right).toBeLessThanOrEqual(760 - 90);
  });
});

it.each([
  [4400, 2000],
  [100, 50],
  [0.07, 0.02],
  [0, 1],
])('an axis up to %d has steps of %d', (most, step) => expect(niceStep(most, 4)).toBeCloseTo(step, 10));
