import { colourOf, type Colour, type Paint } from './colour.js';
import { fitted, oneLine, widthOf } from './plain-text.js';

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number | null;
  /** Of the cell's words, where they have one. */
  readonly coloured?: boolean;
  /** May be cut where the terminal is too narrow for all. */
  readonly shrinks?: boolean;
  readonly right?: boolean;
}

export interface TableOptions {
  readonly paint: Paint;
  /** Columns of the terminal; `null`: nothing is cut. */
  readonly width: number | null;
  readonly indent?: string;
}

const GAP = '  ';
const NARROWEST = 8;

const cellOf = (value: string | number | null): string => (value === null || value === '' ? '–' : oneLine(String(value)));

/** Widths that fit beside each other: the widest of those that shrink gives way first. */
function fittingWidths(wanted: readonly number[], shrinks: readonly boolean[], room: number): number[] {
  const widths = [...wanted];
  const total = (): number => widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  while (total() > room) {
    const widest = widths.reduce(
      (best, width, at) => (shrinks[at] === true && width > (widths[best] ?? 0) * Number(shrinks[best] === true) ? at : best),
      0,
    );
    if (shrinks[widest] !== true || (widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = Math.max(NARROWEST, (widths[widest] ?? 0) - Math.max(1, total() - room));
  }
  return widths;
}

/** A table that goes on page by page, with the widths of its first page. */
export function tableWriter<Row>(
  columns: readonly Column<Row>[],
  { paint, width, indent = '' }: TableOptions,
): (rows: readonly Row[]) => string {
  let widths: readonly number[] | null = null;
  return (rows) => {
    const cells = rows.map((row) => columns.map(({ of }) => cellOf(of(row))));
    const titles = columns.map(({ title }) => title);
    const fresh = widths === null;
    widths ??= fittingWidths(
      titles.map((title, at) => Math.max(widthOf(title), ...cells.map((line) => widthOf(line[at] ?? '')))),
      columns.map(({ shrinks }) => shrinks === true),
      width === null ? Infinity : width - indent.length,
    );
    const line = (texts: readonly string[], colourAt: (at: number) => Colour | null): string =>
      `${indent}${texts.map((text, at) => padded(text, at, colourAt(at))).join(GAP)}`.trimEnd();
    const padded = (text: string, at: number, colour: Colour | null): string => {
      const room = widths?.[at] ?? 0;
      const shown = width !== null && columns[at]?.shrinks === true ? fitted(text, room) : text;
      const space = ' '.repeat(Math.max(0, room - widthOf(shown)));
      return columns[at]?.right === true ? space + paint(shown, colour) : paint(shown, colour) + space;
    };
    const lines = cells.map((texts) => line(texts, (at) => (columns[at]?.coloured === true ? colourOf(texts[at] ?? null) : null)));
    return [...(fresh ? [line(titles, () => 'bold')] : []), ...lines].map((text) => `${text}\n`).join('');
  };
}

/** A whole table. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], options: TableOptions): string {
  return tableWriter(columns, options)(rows);
}

/** Names and values, one a line; those of `undefined` are left out. */
export function fields(entries: readonly (readonly [string, string | number | null | undefined])[], paint: Paint): string {
  const shown = entries.filter(([, value]) => value !== undefined);
  const room = Math.max(...shown.map(([name]) => name.length));
  return shown
    .map(([name, value]) => {
      const text = cellOf(value ?? null);
      return `${paint(name, 'dim')}${' '.repeat(room - name.length)}  ${paint(text, colourOf(text.split(' ')[0] ?? null))}\n`;
    })
    .join('');
}
