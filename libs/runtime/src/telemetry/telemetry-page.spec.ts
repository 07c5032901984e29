import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { METRICS } from './metric-catalogue.js';
import { prometheusName } from './prometheus-name.js';
import { SPAN_ATTRIBUTES, SPANS } from './span-catalogue.js';
import { telemetryPage } from './telemetry-page.js';

it('the committed page is what the catalogues generate', () => {
  expect(readFileSync(new URL('../../../../docs/telemetry.md', import.meta.url), 'utf8')).toBe(telemetryPage());
});

test.each([
  ['mail.commands.accepted', 'mail_commands_accepted_total'],
  ['mail.delivery.latency', 'mail_delivery_latency_seconds'],
  ['mail.unaccounted', 'mail_unaccounted'],
  ['mail.attempts.oldest_due.age', 'mail_attempts_oldest_due_age_seconds'],
] as const)('%s is %s in Prometheus', (name, expected) => {
  expect(prometheusName(name, METRICS[name])).toBe(expected);
});

it('no two metrics have one name in Prometheus', () => {
  const names = Object.entries(METRICS).map(([name, metric]) => prometheusName(name, metric));
  expect(new Set(names).size).toBe(names.length);
});

it('every span attribute of the catalogue is one of a span', () => {
  const used = new Set<string>(Object.values(SPANS).flatMap(({ attributes }) => [...attributes]));
  expect(Object.keys(SPAN_ATTRIBUTES).filter((attribute) => !used.has(attribute))).toEqual([]);
});
