import { PRIORITIES, type Settlement } from '@mail/domain';
import type { TakenAttempt } from '@mail/persistence';
import type { PhaseTimes } from '@mail/provider';
import { failSpan, isTracing, setAttributes, startSpan, withinSpan, type Span } from '@mail/runtime';
import type { PerformedAttempt } from './perform-attempt.js';

/** The span of one attempt, within the trace of its delivery; `null` while nothing is traced. */
export function traceAttempt(attempt: TakenAttempt): Span | null {
  if (!isTracing()) return null;
  return startSpan('attempt delivery', {
    parent: attempt,
    attributes: {
      'mail.delivery.id': attempt.delivery_id,
      'mail.attempt.id': attempt.attempt_id,
      'mail.attempt.number': attempt.number,
      'mail.lane': PRIORITIES[attempt.lane],
      'mail.template.id': attempt.template_id,
    },
  });
}

/** Rendering, as a span within that of the attempt. */
export const traceRendering = <T>(parent: Span, work: () => Promise<T>): Promise<T> =>
  withinSpan(startSpan('render mail', { parent }), work);

/** The dialogue, as a span within that of the attempt, with an event where each phase begins. */
export function traceSending<T>(parent: Span, phases: PhaseTimes, work: () => Promise<T>): Promise<T> {
  const span = startSpan('send mail', { parent, attributes: sending });
  return withinSpan(span, async () => {
    const sent = await work();
    if (span.isRecording()) phases.forEach((phase, enteredAtMs) => span.addEvent(`smtp.${phase}`, {}, enteredAtMs));
    return sent;
  });
}

let sending: NonNullable<Parameters<typeof startSpan>[1]>['attributes'] = {};
/** Tells the spans where mails are sent to. */
export function traceSendingTo(host: string, port: number): void {
  sending = { 'server.address': host, 'server.port': port, 'network.protocol.name': 'smtp' };
}

/** Runs the statement that writes these, and takes the next, in a span that is linked to theirs. */
export function traceRecording<T>(batch: readonly { readonly performed: PerformedAttempt }[], work: () => Promise<T>): Promise<T> {
  const links = batch.flatMap(({ performed }) => performed.span?.spanContext() ?? []);
  return withinSpan(startSpan('record batch', { links, attributes: { 'messaging.batch.message_count': batch.length } }), work);
}

/** Ends the span of an attempt whose outcome is written, or whose token was void (`null`). */
export function endAttemptTrace({ span, result }: PerformedAttempt, settlement: Settlement | null): void {
  if (span === null) return;
  setAttributes(span, {
    'mail.attempt.outcome': result.outcome,
    'mail.attempt.phase': result.phase,
    'mail.attempt.next': settlement?.next.kind,
    'mail.smtp.code': result.reply?.code,
    'mail.recipient.count': result.recipients.length,
  });
  if (result.outcome !== 'provider_accepted') failSpan(span, result.outcome);
  span.end();
}
