import type { HistogramPoint } from './otlp-schema.js';
import type { Attributes, ReceivedMetric, ReceivedSeries } from './received.js';

const UNITS: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes', '1': 'ratio' };

/**
 * Metrics in Prometheus's text format, named as Prometheus itself names what it takes by OTLP: units and `_total` at the end, and of the
 * resource `job`, `instance` and `mail_app`.
 */
export function prometheusText(metrics: readonly ReceivedMetric[]): string {
  return metrics
    .filter(({ type }) => type !== 'other')
    .map(family)
    .join('');
}

function family({ name, unit, type, series }: ReceivedMetric): string {
  const underscored = name.replace(/[^a-zA-Z0-9:]+/g, '_');
  const suffix = unit === '1' && type !== 'gauge' ? '' : (UNITS[unit] ?? '');
  const named = suffix === '' || underscored.endsWith(`_${suffix}`) ? underscored : `${underscored}_${suffix}`;
  const full = type === 'counter' ? `${named}_total` : named;
  const lines = series.flatMap((each) => ('count' in each.point ? buckets(full, each, each.point) : [line(full, each, each.point.value)]));
  return `# TYPE ${full} ${type}\n${lines.join('\n')}\n`;
}

function buckets(
  name: string,
  series: ReceivedSeries,
  { count, sum = 0, bucketCounts = [], explicitBounds = [] }: HistogramPoint,
): string[] {
  let below = 0;
  const bounded = explicitBounds.map((bound, index) => {
    below += bucketCounts[index] ?? 0;
    return line(`${name}_bucket`, series, below, { le: String(bound) });
  });
  return [
    ...bounded,
    line(`${name}_bucket`, series, count, { le: '+Inf' }),
    line(`${name}_sum`, series, sum),
    line(`${name}_count`, series, count),
  ];
}

function line(name: string, { attributes, resource }: ReceivedSeries, value: number, more: Attributes = {}): string {
  const labels = {
    job: resource['service.name'],
    instance: resource['service.instance.id'],
    mail_app: resource['mail.app'],
    ...attributes,
    ...more,
  };
  const shown = Object.entries(labels)
    .filter(([, label]) => label != null)
    .map(
      ([label, text]) =>
        `${label.replace(/[^a-zA-Z0-9]+/g, '_')}="${String(text).replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
    );
  return `${name}{${shown.join(',')}} ${value}`;
}
