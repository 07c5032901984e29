import { openRecipients, type AttemptResult } from '@mail/domain';
import type { TakenAttempt } from '@mail/persistence';
import type { MailProvider } from '@mail/provider';
import type { FindTemplateVersion } from '@mail/runtime/template-versions';
import { renderMail } from './render-mail.js';

/** A taken attempt with what came of it. */
export interface PerformedAttempt {
  readonly attempt: TakenAttempt;
  readonly result: AttemptResult;
  /** From the attempt's start to its result, in ms, by a monotonic clock. */
  readonly tookMs: number;
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
  const rendered = await renderMail(attempt, findVersion);
  const result = rendered.ok ? await provider.send(rendered.mail) : renderFailed(attempt, rendered.error);
  await record({ attempt, result, tookMs: performance.now() - startedAtMs });
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
