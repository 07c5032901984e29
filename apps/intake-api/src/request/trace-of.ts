import type { RequestHeaders } from './request-headers.js';

/** W3C Trace Context of a request, as far as it is valid: tracing refuses nothing. */
export function traceOf({ traceparent, tracestate }: RequestHeaders): { traceparent: string | null; tracestate: string | null } {
  const valid = traceparent !== undefined && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(traceparent);
  return {
    traceparent: valid ? traceparent : null,
    tracestate: valid && tracestate !== undefined && tracestate.length <= 512 ? tracestate : null,
  };
}
