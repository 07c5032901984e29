import { openRecipients, type AttemptResult } from '@mail/domain';
import type { TakenAttempt } from '@mail/persistence';
import { PhaseTimes, type MailProvider } from '@mail/provider';
import { switchedOn, type Span } from '@mail/runtime';
import type { FindTemplateVersion } from '@mail/runtime/template-versions';
import { traceAttempt, traceRendering, traceSending } from './attempt-trace.js';
import { renderMail } from './render-mail.js';

/** A taken attempt with what came of it. */
export interface PerformedAttempt {
  readonly attempt: TakenAttempt;
  readonly result: AttemptResult;
  /** From the attempt's start to its result, in ms, by a monotonic clock. */
  readonly tookMs: number;
  /** How much of it was rendering. */
  readonly renderedMs: number;
  /** The phases of the SMTP dialogue; `null` while nothing is measured or traced. */
  readonly phases: PhaseTimes | null;
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
  const rendered = await (span === null ? renderMail(attempt, findVersion) : traceRendering(span, () => renderMail(attempt, findVersion)));
  const renderedMs = performance.now() - startedAtMs;
  const phases = switchedOn.metrics || switchedOn.traces ? new PhaseTimes() : null;
  const result = !rendered.ok
    ? renderFailed(attempt, rendered.error)
    : await (span === null || phases === null
        ? provider.send(rendered.mail, phases)
        : traceSending(span, phases, () => provider.send(rendered.mail, phases)));
  await record({ attempt, result, tookMs: performance.now() - startedAtMs, renderedMs, phases, span });
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
