import { activeHeaders, type TraceHeaders } from '@mail/runtime';
import type { RequestHeaders } from './request-headers.js';

/** What a request is part of: the span of its handling, or while nothing is traced here its own headers, as far as they are valid: tracing refuses nothing. */
export function traceOf({ traceparent, tracestate }: RequestHeaders): TraceHeaders {
  const active = activeHeaders();
  if (active !== null) return active;
  const valid = traceparent !== undefined && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent);
  return {
    traceparent: valid ? traceparent : null,
    tracestate: valid && tracestate !== undefined && tracestate.length <= 512 ? tracestate : null,
  };
}
