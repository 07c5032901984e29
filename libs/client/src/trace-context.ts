import { hasSubscribers } from 'node:diagnostics_channel';

/** W3C Trace Context, kept with the delivery. */
export interface TraceContext {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

type OpenTelemetry = typeof import('@opentelemetry/api');

let loading: Promise<OpenTelemetry | null> | undefined;
/** The caller's own OpenTelemetry, where there is one. */
const openTelemetry = (): Promise<OpenTelemetry | null> => (loading ??= import('@opentelemetry/api').catch(() => null));

/** The context that is given, else that of the active span, else none. */
export async function traceContext(given: TraceContext): Promise<TraceContext> {
  if (given.traceparent !== undefined) return given;
  const api = await openTelemetry();
  const span = api?.trace.getSpanContext(api.context.active());
  if (api === null || span === undefined || !api.isSpanContextValid(span)) return {};
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}`, tracestate: span.traceState?.serialize() };
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Sends with the trace context. An instrumented fetch writes the headers itself, for the span that it makes: written twice they would be
 * joined, and valid no more. So it gets the context to make its span in, and everybody else the headers.
 */
export async function withTraceContext<Result>(
  { traceparent, tracestate }: TraceContext,
  send: (headers: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<Result> {
  if (traceparent === undefined) return send({});
  const api = await openTelemetry();
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  const isWritten = hasSubscribers('undici:request:create') && api?.propagation.fields().includes('traceparent') === true;
  if (api === null || traceId === undefined || spanId === undefined || !isWritten) {
    return send({ traceparent, ...(tracestate === undefined ? {} : { tracestate }) });
  }
  const traceState = tracestate === undefined ? undefined : api.createTraceState(tracestate);
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags ?? '0', 16), isRemote: true, ...(traceState && { traceState }) };
  return api.context.with(api.trace.setSpanContext(api.context.active(), remote), () => send({}));
}
