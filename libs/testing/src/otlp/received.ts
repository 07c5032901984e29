import type { HistogramPoint, KeyValue, MetricsRequest, NumberPoint, RawMetric, TracesRequest } from './otlp-schema.js';

export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** `null` for the first of a trace. */
  readonly parentSpanId: string | null;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly attributes: Attributes;
  /** `atMs`: from the span's start. */
  readonly events: readonly { readonly name: string; readonly atMs: number; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** The instrumentation's name; ours is `mail`. */
  readonly scope: string;
  readonly resource: Attributes;
}

export interface ReceivedSeries {
  readonly attributes: Attributes;
  readonly resource: Attributes;
  readonly point: { readonly value: number } | HistogramPoint;
}

/** A metric with the newest point of each of its series. */
export interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'other';
  readonly series: readonly ReceivedSeries[];
}

export function spansOf({ resourceSpans = [] }: TracesRequest): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.map((span) => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: span.parentSpanId === undefined || span.parentSpanId.length === 0 ? null : hex(span.parentSpanId),
        name: span.name,
        kind: span.kind,
        durationMs: (span.endTimeUnixNano - span.startTimeUnixNano) / 1e6,
        failed: span.status?.code === 2,
        attributes: attributesOf(span.attributes),
        events: (span.events ?? []).map(({ name, timeUnixNano, attributes }) => ({
          name,
          atMs: (timeUnixNano - span.startTimeUnixNano) / 1e6,
          attributes: attributesOf(attributes),
        })),
        links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId: hex(traceId), spanId: hex(spanId) })),
        scope: scope?.name ?? '',
        resource: attributesOf(resource?.attributes),
      })),
    ),
  );
}

export function metricsOf({ resourceMetrics = [] }: MetricsRequest): ReceivedMetric[] {
  return resourceMetrics.flatMap(({ resource, scopeMetrics = [] }) =>
    scopeMetrics
      .flatMap(({ metrics = [] }) => metrics)
      .map((metric) => ({
        name: metric.name,
        unit: metric.unit ?? '',
        type: typeOf(metric),
        series: pointsOf(metric).map((point) => ({
          attributes: attributesOf(point.attributes),
          resource: attributesOf(resource?.attributes),
          point: 'count' in point ? point : { value: point.asDouble ?? point.asInt ?? 0 },
        })),
      })),
  );
}

function typeOf({ gauge, sum, histogram }: RawMetric): ReceivedMetric['type'] {
  if (histogram !== undefined) return 'histogram';
  if (gauge !== undefined) return 'gauge';
  // A sum that may fall is a gauge to Prometheus.
  if (sum !== undefined) return sum.isMonotonic === true ? 'counter' : 'gauge';
  return 'other';
}

const pointsOf = ({ gauge, sum, histogram }: RawMetric): readonly (NumberPoint | HistogramPoint)[] =>
  gauge?.dataPoints ?? sum?.dataPoints ?? histogram?.dataPoints ?? [];

const attributesOf = (attributes: readonly KeyValue[] = []): Attributes =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));

function valueOf(value: KeyValue['value']): Attributes[string] {
  if (value?.arrayValue !== undefined) return JSON.stringify((value.arrayValue.values ?? []).map(valueOf));
  return value?.stringValue ?? value?.boolValue ?? value?.intValue ?? value?.doubleValue ?? null;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
