export { EVENTS, type EventName } from './event-catalogue.js';
export { measureAccepted, type Accepted, type Door } from './measure-accepted.js';
export { counter, gauge, histogram, sharing, type GaugeReading, type Measured } from './measure.js';
export { METRICS, type AttributesOf, type MetricDefinition, type MetricName } from './metric-catalogue.js';
export { prometheusName } from './prometheus-name.js';
export { switchedOn } from './switched-on.js';
export { SPAN_ATTRIBUTES, SPANS, type SpanName } from './span-catalogue.js';
export { startTelemetry, type Telemetry } from './start-telemetry.js';
export {
  activeHeaders,
  failSpan,
  headersOf,
  isTracing,
  linkSpan,
  setAttributes,
  spanContextOf,
  startSpan,
  traceIdIn,
  withinSpan,
  type Span,
  type SpanContext,
  type TraceHeaders,
} from './tracing.js';
