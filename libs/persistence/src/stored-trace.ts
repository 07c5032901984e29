/** W3C Trace Context, as it is stored with what goes on later. */
export interface StoredTrace {
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

export const NO_TRACE: StoredTrace = { traceparent: null, tracestate: null };
