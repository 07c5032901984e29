export interface Point {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly stable: boolean;
}

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [760, 340, 70, 90, 44, 52];
/** Both modes of a reader's page. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 } .quiet { fill: #57606a; font-size: 12px }
  .grid { stroke: #d0d7de } .line { fill: none; stroke: #8c959f; stroke-width: 2 } .own { stroke: #3b4fd8 }
  .limit { stroke: #cf222e; stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } .line { stroke: #656c76 } .own { stroke: #8b9bff } .limit { stroke: #f85149 }
  }`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Latency over load, on a logarithmic scale of 10 ms to 100 s; a line where it no longer keeps up. A whole SVG file. */
export function loadChart(title: string, points: readonly Point[]): string {
  const most = Math.max(...points.map(({ perSecond }) => perSecond));
  const x = (perSecond: number): string => (LEFT + ((WIDTH - LEFT - RIGHT) * perSecond) / most).toFixed(1);
  const y = (ms: number): string => {
    const share = Math.min(1, Math.max(0, (Math.log10(ms) - 1) / 4));
    return (HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share).toFixed(1);
  };
  const line = (of: 'p50Ms' | 'p99Ms'): string => points.map((point) => `${x(point.perSecond)},${y(point[of])}`).join(' ');
  const last = points.at(-1);
  const limit = points.find(({ stable }) => !stable);
  const rows = [10, 100, 1000, 10_000, 100_000].map(
    (ms) => `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(ms)}" y2="${y(ms)}"/>
  <text class="quiet" x="${LEFT - 8}" y="${Number(y(ms)) + 4}" text-anchor="end">${ms < 1000 ? `${ms} ms` : `${ms / 1000} s`}</text>`,
  );
  const columns = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text class="quiet" x="${x(most * share)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${Math.round(most * share)}</text>`,
  );
  const limits =
    limit === undefined
      ? ''
      : `<line class="limit" x1="${x(limit.perSecond)}" x2="${x(limit.perSecond)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>
  <text class="quiet" x="${Number(x(limit.perSecond)) + 5}" y="${TOP + 12}">falls behind</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
  <title>${escaped(title)}</title>
  <style>${STYLE}
  </style>
  <text class="title" x="${LEFT}" y="24">${escaped(title)}</text>
  ${rows.join('\n  ')}
  ${columns.join('\n  ')}
  <text class="quiet" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">mails handed over a second</text>
  ${limits}
  <polyline class="line" points="${line('p50Ms')}"/>
  <polyline class="line own" points="${line('p99Ms')}"/>
  <text x="${WIDTH - RIGHT + 8}" y="${Number(y(last?.p99Ms ?? 10)) + 4}">p99</text>
  <text class="quiet" x="${WIDTH - RIGHT + 8}" y="${Number(y(last?.p50Ms ?? 10)) + 18}">p50</text>
</svg>
`;
}
