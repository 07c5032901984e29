import { randomUUID } from 'node:crypto';
import type { MailConfig } from '../config/mail-config.js';
import { switchedOn } from './switched-on.js';

export interface Telemetry {
  /** Sends what is still buffered. */
  shutdown(): Promise<void>;
}

/**
 * OpenTelemetry, loaded only when something is to be exported. It must be up before the modules that it instruments are
 * imported. Where to (`OTEL_EXPORTER_OTLP_ENDPOINT`, headers, sampling, …) the SDK reads from the environment itself.
 */
export async function startTelemetry({ app, otel }: Pick<MailConfig, 'app' | 'otel'>): Promise<Telemetry> {
  const traces = exporters(otel.traces, otel.stdoutTraces);
  const metrics = exporters(otel.metrics, otel.stdoutMetrics);
  if (traces === 'none' && metrics === 'none') return { shutdown: () => Promise.resolve() };
  Object.assign(process.env, {
    OTEL_TRACES_EXPORTER: traces,
    OTEL_METRICS_EXPORTER: metrics,
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otel.tracesProtocol,
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: otel.metricsProtocol,
    OTEL_RESOURCE_ATTRIBUTES: resource(app, process.env['OTEL_RESOURCE_ATTRIBUTES'] ?? ''),
  });
  const { startInstrumentation } = await import('./instrumentation.js');
  const telemetry = startInstrumentation(otel.serviceName);
  Object.assign(switchedOn, { traces: traces !== 'none', metrics: metrics !== 'none' });
  return telemetry;
}

const exporters = (exporter: 'otlp' | 'none', stdout: boolean): string =>
  [...(exporter === 'otlp' ? ['otlp'] : []), ...(stdout ? ['console'] : [])].join(',') || 'none';

/** Without an id of its own, two processes of one app would write one time series. */
function resource(app: string, given: string): string {
  const instance = given.includes('service.instance.id=') ? [] : [`service.instance.id=${randomUUID()}`];
  return [...(given === '' ? [] : [given]), `mail.app=${app}`, ...instance].join(',');
}
