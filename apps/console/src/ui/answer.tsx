import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLive } from '../live.js';
import { useNow } from '../now.js';
import { relative } from '../words.js';
import { detailOf, Notice, titleOf, Trouble } from './notice.js';

interface AnswerProps<Data> {
  readonly of: UseQueryResult<Data>;
  /** How many lines are held free while nothing is there yet. */
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** What was asked for, or why it is not there; what was there before an error stays, and says how old it is. */
export function Answer<Data>({ of, lines = 6, children }: AnswerProps<Data>) {
  const { data, error } = of;
  if (data === undefined) {
    if (error === null) return <Skeleton lines={lines} />;
    return (
      <Trouble error={error}>
        <AskAgain of={of} />
      </Trouble>
    );
  }
  // A page that was asked for by other filters says nothing about these.
  if (error !== null && of.isPlaceholderData) {
    return (
      <Trouble error={error}>
        <AskAgain of={of} />
      </Trouble>
    );
  }
  return (
    <>
      {error !== null && <Stale of={of} />}
      <div className="answer" data-stale={of.isPlaceholderData} aria-busy={of.isPlaceholderData}>
        {children(data)}
      </div>
    </>
  );
}

function AskAgain<Data>({ of }: { readonly of: UseQueryResult<Data> }) {
  return (
    <p>
      <button type="button" disabled={of.isFetching} onClick={() => void of.refetch()}>
        Ask again
      </button>
    </p>
  );
}

function Stale<Data>({ of }: { readonly of: UseQueryResult<Data> }) {
  const now = useNow();
  const { isPaused } = useLive();
  return (
    <Notice tone="warn" title={`Stale: what you see is from ${relative(of.dataUpdatedAt, now)}`} isUrgent>
      <p>
        {titleOf(of.error)}. {detailOf(of.error)} {isPaused ? 'Refreshing is paused.' : 'It is asked again by itself.'}
      </p>
    </Notice>
  );
}

function Skeleton({ lines }: { readonly lines: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}

/** Where there is nothing to show, and why that may be. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p>{title}</p>
      {children}
    </div>
  );
}
