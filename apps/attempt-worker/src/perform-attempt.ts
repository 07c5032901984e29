import { openRecipients, type AttemptResult } from '@mail/domain';
import type { TakenAttempt } from '@mail/persistence';
import type { MailProvider } from '@mail/provider';
import type { Span } from '@mail/runtime';
import type { FindTemplateVersion } from '@mail/runtime/template-versions';
import { traceAttempt, tracePart } from './attempt-trace.js';
import { renderMail } from './render-mail.js';

/** A taken attempt with what came of it. */
export interface PerformedAttempt {
  readonly attempt: TakenAttempt;
  readonly result: AttemptResult;
  /** From the attempt's start to its result, in ms, by a monotonic clock. */
  readonly tookMs: number;
  /** How much of it was rendering. */
  readonly renderedMs: number;
  /** To be ended once the outcome is written; `null` while nothing is traced. */
  readonly span: Span | null;
}

export interface PerformAttemptOptions {
  readonly findVersion: FindTemplateVersion;
  readonly provider: MailProvider;
  /** Settles and writes the result. */
  readonly record: (performed: PerformedAttempt) => Promise<void>;
}

/** Render, send, settle, record. */
export async function performAttempt(attempt: TakenAttempt, { findVersion, provider, record }: PerformAttemptOptions): Promise<void> {
  const startedAtMs = performance.now();
  const span = traceAttempt(attempt);
  const rendered = await (span === null
    ? renderMail(attempt, findVersion)
    : tracePart(span, 'render mail', () => renderMail(attempt, findVersion)));
  const renderedMs = performance.now() - startedAtMs;
  const result = !rendered.ok
    ? renderFailed(attempt, rendered.error)
    : await (span === null ? provider.send(rendered.mail) : tracePart(span, 'send mail', () => provider.send(rendered.mail)));
  await record({ attempt, result, tookMs: performance.now() - startedAtMs, renderedMs, span });
}

function renderFailed({ recipients, on_uncertain }: TakenAttempt, error: string): AttemptResult {
  return {
    outcome: 'render_failed',
    phase: 'render',
    reply: null,
    recipients: openRecipients(recipients, on_uncertain).map(({ position }) => ({ position, answer: 'untried', reply: null })),
    finalDotSent: false,
    error,
  };
}
