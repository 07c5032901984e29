import { pathOf } from '../api/use-answer.js';
import { Link, type Place } from '../router.js';

/** The address of this page with other parameters; `null` takes one away. Another filter starts at its first page. */
export function withParameters({ segments, query }: Place, changes: Readonly<Record<string, string | readonly string[] | null>>): string {
  const parameters: Record<string, string | readonly string[] | null> = {};
  for (const name of new Set(query.keys())) parameters[name] = query.getAll(name);
  return pathOf(segments.map(encodeURIComponent).join('/'), { ...parameters, cursor: null, ...changes });
}

interface PagerProps {
  readonly place: Place;
  readonly count: number;
  readonly nextCursor: string | null;
}

/** Lists go from the newest to the oldest; a page is kept by its cursor, in the address. */
export function Pager({ place, count, nextCursor }: PagerProps) {
  const isFirst = !place.query.has('cursor');
  if (isFirst && nextCursor === null) return <p className="pager quiet">{count === 0 ? '' : `All ${count} are shown.`}</p>;
  return (
    <nav className="pager" aria-label="Pages">
      {isFirst ? <span className="quiet">Newest</span> : <Link to={withParameters(place, {})}>Newest</Link>}
      {nextCursor === null ? (
        <span className="quiet">No older ones</span>
      ) : (
        <Link to={withParameters(place, { cursor: nextCursor })} rel="next">
          Older
        </Link>
      )}
    </nav>
  );
}
