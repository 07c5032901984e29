import { METRICS, SPANS, type MetricDefinition, type MetricName } from '@mail/runtime';
import { eventually } from '@mail/testing';
import type { OtlpCollector } from '@mail/testing/otlp-collector';
import type { MailSystem } from './mail-system.js';

/** Of all series of a metric, in all processes, that have these attributes; of a histogram how often something was measured. */
export function sumOf(collector: OtlpCollector, name: MetricName, wanted: Readonly<Record<string, string>>): number {
  return (collector.metrics.get(name)?.series ?? [])
    .filter(({ attributes }) => Object.entries(wanted).every(([key, value]) => attributes[key] === value))
    .reduce((total, { point }) => total + ('value' in point ? point.value : point.count), 0);
}

/** Once all that is looked at has come: the last signals leave when a process stops, which on a busy machine may be too short for them. */
export async function stopOnceTold(system: MailSystem, collector: OtlpCollector, counted: () => boolean): Promise<void> {
  const gauges = Object.entries<MetricDefinition>(METRICS).filter(([, { type }]) => type === 'gauge');
  await eventually('every gauge is sent', () => gauges.every(([name]) => collector.metrics.has(name)), 120_000);
  await eventually(
    'every span is sent',
    () => Object.keys(SPANS).every((name) => collector.spans.some((span) => span.name === name)),
    120_000,
  );
  await eventually('every mail is counted', counted, 120_000);
  for (const process of system.processes.values()) process.kill('SIGTERM');
  await Promise.all([...system.processes.values()].map(({ exited }) => exited));
}
