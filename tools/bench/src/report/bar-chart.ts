/** One bar: a median with its spread. */
export interface Bar {
  readonly label: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Drawn in the colour of what the chart is about. */
  readonly own: boolean;
}

export interface BarChart {
  readonly title: string;
  /** What the axis shows, with its unit. */
  readonly axis: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const LABELS = 210;
const VALUES = 90;
const TOP = 46;
const ROW = 34;
const BOTTOM = 52;
const TICKS = 4;

/** Colours of both modes: a page that shows the file as an image still passes the reader's preference on. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: #57606a; font-size: 12px }
  .grid { stroke: #d0d7de }
  .bar { fill: #8c959f } .own { fill: #3b4fd8 }
  .spread { stroke: #24292f; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #3d444d }
    .bar { fill: #656c76 } .own { fill: #8b9bff } .spread { stroke: #e6edf3 }
  }`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const at = (value: number): string => value.toFixed(1);

/** The least of 1, 2, 5, 10, 20 … that reaches the most in so many steps. */
export function niceStep(most: number, steps: number): number {
  if (!(most > 0)) return 1;
  const rough = most / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const found = [1, 2, 5, 10].find((factor) => factor * power >= rough - Number.EPSILON * rough) ?? 10;
  return found * power;
}

/** Large enough to compare, short enough to read: 4 200, 12.5, 0.07. */
function shown(value: number): string {
  if (value >= 1000)
    return Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return String(Number(value.toPrecision(3)));
}

/** Horizontal bars from zero, each with its spread as a line, on an axis with a label. A whole SVG file. */
export function barChart({ title, axis, bars }: BarChart): string {
  const step = niceStep(Math.max(...bars.map(({ max }) => max)), TICKS);
  const end = step * Math.ceil(Math.max(...bars.map(({ max }) => max), step) / step);
  const height = TOP + bars.length * ROW + BOTTOM;
  const x = (value: number): number => LABELS + (value / end) * (WIDTH - LABELS - VALUES);
  const foot = TOP + bars.length * ROW;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(`${title}, ${axis}`)}">`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="12" y="24">${escaped(title)}</text>`,
    ...ticks.flatMap((tick) => [
      `<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${TOP - 6}" y2="${foot}"/>`,
      `<text class="quiet" text-anchor="middle" x="${at(x(tick))}" y="${foot + 16}">${shown(tick)}</text>`,
    ]),
    `<text class="quiet" text-anchor="middle" x="${at((x(0) + x(end)) / 2)}" y="${foot + 38}">${escaped(axis)}</text>`,
    ...bars.flatMap(({ label, median, min, max, own }, index) => {
      const y = TOP + index * ROW;
      const middle = at(y + ROW / 2 - 2);
      return [
        `<text text-anchor="end" x="${LABELS - 10}" y="${at(y + ROW / 2 + 3)}">${escaped(label)}</text>`,
        `<rect class="${own ? 'own' : 'bar'}" x="${at(x(0))}" y="${y + 4}" width="${at(x(median) - x(0))}" height="${ROW - 12}" rx="2"/>`,
        `<line class="spread" x1="${at(x(min))}" x2="${at(x(max))}" y1="${middle}" y2="${middle}"/>`,
        `<text x="${at(x(max) + 8)}" y="${at(y + ROW / 2 + 3)}">${shown(median)}</text>`,
      ];
    }),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}
