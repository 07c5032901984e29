import type { MetricDefinition } from './metric-catalogue.js';

const UNITS: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', By: 'bytes', '1': 'ratio' };

/** The name that a metric has in Prometheus, by OpenTelemetry's rules; a histogram's series are this with `_bucket`, `_sum`, `_count`. */
export function prometheusName(name: string, { type, unit }: Pick<MetricDefinition, 'type' | 'unit'>): string {
  const base = name.replace(/[^a-zA-Z0-9:]+/g, '_');
  const suffix = unit === '1' && type !== 'gauge' ? undefined : UNITS[unit];
  const named = suffix === undefined || base.endsWith(`_${suffix}`) ? base : `${base}_${suffix}`;
  return type === 'counter' ? `${named}_total` : named;
}
