import { PRIORITIES, type Refusal } from '@mail/domain';
import type { Acceptance } from '@mail/persistence';
import { failSpan, isTracing, setAttributes, spanContextOf, startSpan, withinSpan, type Span, type TraceHeaders } from '@mail/runtime';
import type { StreamEntry } from '@mail/stream';

interface TraceIds {
  readonly trace_id: string | undefined;
  readonly span_id?: string;
}

/** The span of one entry, within the trace that it names; `null` while nothing is traced. */
export function traceEntry(stream: string, entry: StreamEntry): Span | null {
  if (!isTracing()) return null;
  const { id, bytes } = entry;
  return startSpan('process command', {
    parent: headersIn(entry),
    attributes: {
      'messaging.system': 'redis',
      'messaging.destination.name': stream,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.message.id': id,
      'messaging.message.body.size': bytes,
      'mail.door': 'stream',
    },
  });
}

/** For a log line on an entry: its span, or while nothing is traced here the trace that it names, if that is one. */
export function traceIdsOf({ entry, span }: { readonly entry: StreamEntry; readonly span: Span | null }): TraceIds {
  if (span === null) return { trace_id: spanContextOf(headersIn(entry))?.traceId };
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

function headersIn({ fields }: StreamEntry): TraceHeaders {
  const text = (wanted: string): string | null =>
    fields.find(([name]) => name.toString('latin1') === wanted)?.[1].toString('latin1') ?? null;
  return { traceparent: text('traceparent'), tracestate: text('tracestate') };
}

/** What a batch has made of an entry. */
export type EntryEnd =
  | { readonly refusal: Refusal }
  | { readonly answer: Extract<Acceptance, { kind: 'accepted' }>; readonly source: string; readonly templateId: string | null };

export function endEntryTrace(span: Span | null, end: EntryEnd): void {
  if (span === null) return;
  if ('refusal' in end) failSpan(span, end.refusal.code);
  else {
    const { deliveryId, outcome, replayed, lane } = end.answer;
    setAttributes(span, {
      'mail.source': end.source,
      'mail.delivery.id': deliveryId,
      'mail.accept.outcome': outcome,
      'mail.accept.replayed': replayed,
      'mail.template.id': end.templateId,
      ...(replayed ? {} : { 'mail.lane': PRIORITIES[lane] }),
    });
  }
  span.end();
}

/** Runs the transaction of a batch in a span that is linked to those of its entries. */
export function traceBatch<T>(spans: readonly (Span | null)[], work: () => Promise<T>): Promise<T> {
  const links = spans.flatMap((span) => span?.spanContext() ?? []);
  const attributes = { 'mail.door': 'stream', 'messaging.batch.message_count': spans.length };
  return withinSpan(startSpan('accept batch', { links, attributes }), work);
}
