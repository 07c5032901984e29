import { useNow } from '../now.js';
import { absolute, clockTime, relative } from '../words.js';

/** A time: how long ago, and when in UTC. */
export function When({ at, long = false }: { readonly at: string | null; readonly long?: boolean }) {
  const now = useNow();
  if (at === null) return <span className="quiet">—</span>;
  return (
    <time className="when" dateTime={at} title={absolute(at)}>
      <span className="when-relative">{relative(Date.parse(at), now)}</span>{' '}
      <span className="quiet nowrap">{long ? absolute(at) : clockTime(at, now)}</span>
    </time>
  );
}
