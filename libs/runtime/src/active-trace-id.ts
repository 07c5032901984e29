import { isSpanContextValid, trace } from '@opentelemetry/api';

/** The trace that this is part of, as 32 hexadecimal digits; `null` where nothing is traced. */
export function activeTraceId(): string | null {
  const span = trace.getActiveSpan()?.spanContext();
  return span !== undefined && isSpanContextValid(span) ? span.traceId : null;
}
