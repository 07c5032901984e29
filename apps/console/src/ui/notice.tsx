import type { ReactNode } from 'react';
import { Problem, Unreachable } from '../api/problem.js';
import { Icon } from './icon.js';
import type { Tone } from './tones.js';

interface NoticeProps {
  readonly tone: Tone;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** Whether it has to be said at once. */
  readonly isUrgent?: boolean;
}

/** Something to know before reading on. */
export function Notice({ tone, title, children, isUrgent = false }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={isUrgent ? 'alert' : undefined}>
      <Icon name={tone} />
      <div>
        <p className="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}

/** Why something cannot be shown or done: in the service's words, where it has said any. */
export function Trouble({ error, children }: { readonly error: unknown; readonly children?: ReactNode }) {
  return (
    <Notice tone="bad" title={titleOf(error)} isUrgent>
      {error instanceof Problem ? <ProblemBody problem={error} /> : <p>{detailOf(error)}</p>}
      {children}
    </Notice>
  );
}

function ProblemBody({ problem }: { readonly problem: Problem }) {
  return (
    <>
      <p>{problem.detail}</p>
      {problem.errors.length > 0 && (
        <ul className="faults">
          {problem.errors.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              <code>{pointer === '' ? 'the whole' : pointer.slice(1)}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {problem.traceId !== null && problem.status >= 500 && (
        <p className="quiet">
          The log has it under trace_id <code>{problem.traceId}</code>
        </p>
      )}
    </>
  );
}

export function titleOf(error: unknown): string {
  if (error instanceof Problem) return `${error.title} (${error.status} ${error.code})`;
  if (error instanceof Unreachable) return 'No answer';
  return 'The console has a defect';
}

export function detailOf(error: unknown): string {
  if (error instanceof Problem) return error.detail;
  return error instanceof Error ? error.message : String(error);
}
