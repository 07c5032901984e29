import type { UseQueryResult } from '@tanstack/react-query';
import { useLive } from '../../live.js';
import { useNow } from '../../now.js';
import { duration, relative } from '../../words.js';

/** How old what is shown is, and whether it is asked again. */
export function Freshness({ of, everyMs }: { readonly of: UseQueryResult; readonly everyMs: number }) {
  const now = useNow();
  const { isPaused } = useLive();
  if (of.dataUpdatedAt === 0) return null;
  // Two turns that brought nothing are more than a slow answer.
  const isStale = of.error !== null || (!isPaused && now - of.dataUpdatedAt > 3 * everyMs);
  return (
    <p className="freshness" data-stale={isStale}>
      {isStale && <strong>Stale: </strong>}as of {relative(of.dataUpdatedAt, now)}, {isPaused ? 'paused' : `every ${duration(everyMs)}`}
    </p>
  );
}
