import { colourOf, type Colour, type Paint } from './colour.js';
import { fitted, oneLine, widthOf } from './plain-text.js';

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number | null;
  /** Of the cell's words, where they have one. */
  readonly coloured?: boolean;
  /** May be cut where the terminal is too narrow for all. */
  readonly shrinks?: boolean;
  /** What the cell says where the terminal is too narrow for all. */
  readonly short?: (row: Row) => string | number | null;
  /** Is left out, the last such column first, where all that is not enough. */
  readonly lesser?: boolean;
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

const sumOf = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);

/** Widths that fit beside each other: the widest of those that shrink gives way first. */
function fittingWidths(wanted: readonly number[], shrinks: readonly boolean[], room: number): number[] {
  const widths = [...wanted];
  while (sumOf(widths) > room) {
    const widest = widths.reduce(
      (best, width, at) => (shrinks[at] === true && width > (widths[best] ?? 0) * Number(shrinks[best] === true) ? at : best),
      0,
    );
    if (shrinks[widest] !== true || (widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = Math.max(NARROWEST, (widths[widest] ?? 0) - Math.max(1, sumOf(widths) - room));
  }
  return widths;
}

interface Layout<Row> {
  readonly columns: readonly Column<Row>[];
  readonly widths: readonly number[];
}

/** What of a table fits beside each other: first some cells say less, then texts are cut, and then columns are left out. */
function layoutOf<Row>(all: readonly Column<Row>[], rows: readonly Row[], room: number): Layout<Row> {
  const widthsOf = (columns: readonly Column<Row>[]): number[] =>
    columns.map(({ title, of }) => rows.reduce((widest, row) => Math.max(widest, widthOf(cellOf(of(row)))), widthOf(title)));
  const whole = widthsOf(all);
  if (sumOf(whole) <= room) return { columns: all, widths: whole };
  let columns = all.map(({ short, ...column }): Column<Row> => (short === undefined ? column : { ...column, of: short }));
  for (;;) {
    const widths = fittingWidths(
      widthsOf(columns),
      columns.map(({ shrinks }) => shrinks === true),
      room,
    );
    const least = columns.findLastIndex(({ lesser }) => lesser === true);
    if (sumOf(widths) <= room || least === -1) return { columns, widths };
    columns = columns.toSpliced(least, 1);
  }
}

/** A table that goes on page by page, in the layout of its first page. */
export function tableWriter<Row>(
  all: readonly Column<Row>[],
  { paint, width, indent = '' }: TableOptions,
): (rows: readonly Row[]) => string {
  let layout: Layout<Row> | null = null;
  return (rows) => {
    const fresh = layout === null;
    layout ??= layoutOf(all, rows, width === null ? Infinity : width - indent.length);
    const { columns, widths } = layout;
    const cells = rows.map((row) => columns.map(({ of }) => cellOf(of(row))));
    const titles = columns.map(({ title }) => title);
    const line = (texts: readonly string[], colourAt: (at: number) => Colour | null): string =>
      `${indent}${texts.map((text, at) => padded(text, at, colourAt(at))).join(GAP)}`.trimEnd();
    const padded = (text: string, at: number, colour: Colour | null): string => {
      const room = widths[at] ?? 0;
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
