import {
  context,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import type { Context, Link, Span, SpanContext } from '@opentelemetry/api';
import { SPANS, type SpanAttribute, type SpanName } from './span-catalogue.js';
import { switchedOn } from './switched-on.js';

export type { Span, SpanContext };

/** W3C Trace Context as a delivery carries it. */
export interface TraceHeaders {
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

type AttributeValues = Readonly<Partial<Record<SpanAttribute, string | number | boolean | null | undefined>>>;

export interface SpanStart {
  /** `active`: the span that is active here. Default: none, a trace of its own. */
  readonly parent?: TraceHeaders | Span | 'active';
  readonly attributes?: AttributeValues;
  readonly links?: readonly SpanContext[];
  readonly startTime?: Date;
}

const KINDS = { internal: SpanKind.INTERNAL, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT };

/** Whether spans are exported. Ask before anything is made for one: `isTracing() ? startSpan(…) : null`. */
export const isTracing = (): boolean => switchedOn.traces;

export function startSpan(name: SpanName, { parent, attributes = {}, links = [], startTime }: SpanStart = {}): Span {
  const options = {
    kind: KINDS[SPANS[name].kind],
    links: links.map((linked): Link => ({ context: linked })),
    ...(startTime === undefined ? {} : { startTime }),
  };
  const span = trace.getTracer('mail').startSpan(name, options, contextOf(parent));
  return setAttributes(span, attributes);
}

/** Sets those that are known. */
export function setAttributes(span: Span, attributes: AttributeValues): Span {
  for (const [name, value] of Object.entries(attributes)) if (value != null) span.setAttribute(name, value);
  return span;
}

/** Links the span to what the headers stand for, if that is a context. */
export function linkSpan(span: Span, headers: TraceHeaders): void {
  const linked = spanContextOf(headers);
  if (linked !== null) span.addLink({ context: linked });
}

/** Marks what the span stands for as failed: `type` is of few values, such as a problem code. */
export function failSpan(span: Span, type: string): void {
  setAttributes(span, { 'error.type': type }).setStatus({ code: SpanStatusCode.ERROR });
}

/** Runs `work` with the span active, and ends the span with it. An error marks it, by its type alone: messages may hold mail. */
export async function withinSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await context.with(trace.setSpan(ROOT_CONTEXT, span), work);
  } catch (error) {
    failSpan(span, error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
  }
}

/** The span's context as headers, to be stored and taken up by another process. */
export function headersOf(span: Span): TraceHeaders {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const flags = (traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0');
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate: traceState?.serialize() || null };
}

/** The headers of the span that is active here; `null` where none is. */
export function activeHeaders(): TraceHeaders | null {
  const span = isTracing() ? trace.getActiveSpan() : undefined;
  return span !== undefined && isSpanContextValid(span.spanContext()) ? headersOf(span) : null;
}

/** The context that headers stand for; `null` where they are none. */
export function spanContextOf({ traceparent, tracestate }: TraceHeaders): SpanContext | null {
  if (traceparent === null) return null;
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  const found: SpanContext = {
    traceId,
    spanId,
    traceFlags: parseInt(flags, 16),
    isRemote: true,
    ...(tracestate === null ? {} : { traceState: createTraceState(tracestate) }),
  };
  return isSpanContextValid(found) ? found : null;
}

/** The id of the trace that headers name, for a log line. */
export const traceIdIn = (traceparent: string | null): string | undefined => traceparent?.slice(3, 35);

function contextOf(parent: SpanStart['parent']): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  if (parent === 'active') return context.active();
  if ('spanContext' in parent) return trace.setSpan(ROOT_CONTEXT, parent);
  const remote = spanContextOf(parent);
  return remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
}
