import { metrics } from '@opentelemetry/api';

export interface GaugeReading {
  readonly value: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Gauge {
  /** As it is exported, with dots: `mail.unaccounted`. */
  readonly name: string;
  readonly description: string;
  /** UCUM; what is counted in braces: `{delivery}`. */
  readonly unit: string;
  /** The present readings; none where nothing is known yet. */
  readonly read: () => readonly GaugeReading[];
}

/** Exports a gauge that is read whenever metrics are collected. Without an exporter nothing ever reads it. */
export function observeGauge({ name, description, unit, read }: Gauge): void {
  metrics
    .getMeter('mail')
    .createObservableGauge(name, { description, unit })
    .addCallback((result) => {
      for (const { value, attributes } of read()) result.observe(value, attributes);
    });
}
