import { metrics, type Attributes, type ObservableResult } from '@opentelemetry/api';
import {
  METRICS,
  type AttributesOf,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type MetricDefinition,
} from './metric-catalogue.js';
import { switchedOn } from './switched-on.js';

/**
 * Records a value. `null` while metrics are off: called as `measured?.(…)`, which makes nothing of its arguments then. To be made
 * when a process boots, not when a module is loaded: telemetry is not up by then.
 */
export type Measured<N extends CounterName | HistogramName> = ((value: number, attributes: AttributesOf<N>) => void) | null;

const optionsOf = ({ unit, description }: MetricDefinition) => ({ unit, description });

/** `zeros` are exported from the start, so that the first increase is seen as one. */
export function counter<N extends CounterName>(name: N, zeros: readonly AttributesOf<N>[] = []): Measured<N> {
  if (!switchedOn.metrics) return null;
  const instrument = metrics.getMeter('mail').createCounter(name, optionsOf(METRICS[name]));
  for (const attributes of zeros) instrument.add(0, attributes as Attributes);
  return (value, attributes) => instrument.add(value, attributes as Attributes);
}

export function histogram<N extends HistogramName>(name: N): Measured<N> {
  if (!switchedOn.metrics) return null;
  const { buckets } = METRICS[name];
  const options = { ...optionsOf(METRICS[name]), advice: { explicitBucketBoundaries: [...buckets] } };
  const instrument = metrics.getMeter('mail').createHistogram(name, options);
  return (value, attributes) => instrument.record(value, attributes as Attributes);
}

export interface GaugeReading<N extends GaugeName> {
  readonly value: number;
  readonly attributes: AttributesOf<N>;
}

/** Has a gauge read whenever metrics are collected; one that cannot be read has no value then. While metrics are off, nothing reads it. */
export function gauge<N extends GaugeName>(name: N, read: () => readonly GaugeReading<N>[] | Promise<readonly GaugeReading<N>[]>): void {
  if (!switchedOn.metrics) return;
  metrics
    .getMeter('mail')
    .createObservableGauge(name, optionsOf(METRICS[name]))
    .addCallback(async (result: ObservableResult) => {
      const readings = await Promise.resolve()
        .then(read)
        .catch(() => []);
      for (const { value, attributes } of readings) result.observe(value, attributes as Attributes);
    });
}

const SHARED_MS = 1000;

/** For gauges that one reading serves: asks once, and answers all that ask within a second with it. */
export function sharing<T>(ask: () => Promise<T>): () => Promise<T> {
  let shared: { readonly answer: Promise<T>; readonly atMs: number } | null = null;
  return () => {
    const nowMs = performance.now();
    if (shared === null || nowMs - shared.atMs > SHARED_MS) shared = { answer: ask(), atMs: nowMs };
    return shared.answer;
  };
}
