import { PRIORITIES, type Submission } from '@mail/domain';
import type { Acceptance, Candidate } from '@mail/persistence';
import { failSpan, headersOf, isTracing, setAttributes, spanContextOf, startSpan, withinSpan, type Span } from '@mail/runtime';
import { ProblemError } from './problem.js';

type Accepted = Extract<Acceptance, { kind: 'accepted' }>;

/** The span of one command, within that of its request; `null` while nothing is traced. */
export function traceSubmission({ source }: Submission): Span | null {
  return isTracing()
    ? startSpan('accept delivery', { parent: 'active', attributes: { 'mail.door': 'http', 'mail.source': source } })
    : null;
}

/** The submission as part of the span, which then is what the delivery's attempts belong to. */
export const partOf = (span: Span | null, submission: Submission): Submission =>
  span === null ? submission : { ...submission, ...headersOf(span) };

export async function endSubmissionTrace(span: Span, candidate: Candidate, answer: Promise<Accepted>): Promise<void> {
  const { preparation } = candidate;
  try {
    const { deliveryId, outcome, replayed, lane } = await answer;
    setAttributes(span, {
      'mail.delivery.id': deliveryId,
      'mail.accept.outcome': outcome,
      'mail.accept.replayed': replayed,
      ...(replayed ? {} : { 'mail.lane': PRIORITIES[lane] }),
      'mail.template.id': preparation.ok ? preparation.delivery.templateId : null,
    });
  } catch (error) {
    failSpan(span, error instanceof ProblemError ? error.refusal.code : 'internal_error');
  } finally {
    span.end();
  }
}

/** Runs the statement that accepts these in a span that is linked to theirs. */
export function traceBatch<T>(candidates: readonly Candidate[], work: () => Promise<T>): Promise<T> {
  const links = candidates.flatMap(({ preparation }) => (preparation.ok ? (spanContextOf(preparation.delivery) ?? []) : []));
  const attributes = { 'mail.door': 'http', 'messaging.batch.message_count': candidates.length };
  return withinSpan(startSpan('accept batch', { links, attributes }), work);
}
