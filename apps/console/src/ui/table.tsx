import { useRef, type MouseEvent, type ReactNode } from 'react';
import { goTo, Link } from '../router.js';
import { useOverflow } from './use-overflow.js';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** `end`: numbers. `wide`, `wider`: left out where there is no room. */
  readonly kind?: 'end' | 'wide' | 'wider' | 'end wide' | 'end wider';
}

interface TableProps<Row> {
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  /** Where a row leads; its first cell is the link. */
  readonly linkOf?: (row: Row) => string;
}

/** Rows by columns. j and k go from row to row, Enter opens one. */
export function Table<Row>({ caption, rows, keyOf, columns, linkOf }: TableProps<Row>) {
  const open = (event: MouseEvent<HTMLTableRowElement>, row: Row): void => {
    if (linkOf === undefined || event.target instanceof Element === false) return;
    const isText = (window.getSelection()?.toString() ?? '') !== '';
    if (isText || event.target.closest('a, button, input, summary') !== null) return;
    goTo(linkOf(row));
  };
  const box = useRef<HTMLDivElement>(null);
  const scrolls = useOverflow(box) ? ({ role: 'group', 'aria-label': caption, tabIndex: 0 } as const) : {};
  return (
    <div ref={box} className="table" {...scrolls}>
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, kind }) => (
              <th key={name} scope="col" data-kind={kind}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} data-links={linkOf !== undefined} onClick={(event) => open(event, row)}>
              {columns.map(({ name, cell, kind }, at) => (
                <td key={name} data-kind={kind}>
                  {at === 0 && linkOf !== undefined ? (
                    <Link to={linkOf(row)} data-row="" className="row-link">
                      {cell(row)}
                    </Link>
                  ) : (
                    cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
