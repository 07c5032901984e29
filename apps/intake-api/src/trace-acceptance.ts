import { PRIORITIES, type Submission } from '@mail/domain';
import type { Candidate, Resendable } from '@mail/persistence';
import {
  failSpan,
  headersOf,
  isTracing,
  linkSpan,
  setAttributes,
  spanContextOf,
  startSpan,
  withinSpan,
  type Accepted,
  type Span,
  type TraceHeaders,
} from '@mail/runtime';
import { ProblemError } from './problem.js';

/** The span of one command, within that of its request; `null` while nothing is traced. */
export function traceSubmission({ source }: Submission): Span | null {
  return isTracing()
    ? startSpan('accept delivery', { parent: 'active', attributes: { 'mail.door': 'http', 'mail.source': source } })
    : null;
}

/** The submission, or the order, as part of the span, which then is what the delivery's attempts belong to. */
export const partOf = <S extends TraceHeaders>(span: Span | null, submission: S): S =>
  span === null ? submission : { ...submission, ...headersOf(span) };

/** Has what an operator orders accepted in a span within that of the request; `null` while nothing is traced. */
export function traceOrder(accept: (span: Span | null) => Promise<Accepted>): Promise<Accepted> {
  if (!isTracing()) return accept(null);
  const span = startSpan('accept delivery', { parent: 'active', attributes: { 'mail.door': 'operator' } });
  const answer = accept(span);
  void endAcceptanceTrace(span, answer);
  return answer;
}

/** Links the resend's trace to that of the delivery that it is a copy of. */
export function traceOriginal(span: Span | null, original: Resendable): void {
  if (span === null) return;
  const { delivery_id, source, template_id } = original;
  linkSpan(setAttributes(span, { 'mail.source': source, 'mail.template.id': template_id, 'mail.resend.of': delivery_id }), original);
}

/** The template comes with a `candidate`, where that is known. */
export async function endAcceptanceTrace(span: Span, answer: Promise<Accepted>, candidate?: Candidate): Promise<void> {
  try {
    const { deliveryId, outcome, replayed, lane } = await answer;
    setAttributes(span, {
      'mail.delivery.id': deliveryId,
      'mail.accept.outcome': outcome,
      'mail.accept.replayed': replayed,
      ...(replayed ? {} : { 'mail.lane': PRIORITIES[lane] }),
      ...(candidate?.preparation.ok === true ? { 'mail.template.id': candidate.preparation.delivery.templateId } : {}),
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
