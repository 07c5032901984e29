import { EVENTS, type EventDefinition } from './event-catalogue.js';
import { METRICS, type MetricDefinition } from './metric-catalogue.js';
import { prometheusName } from './prometheus-name.js';
import { SPAN_ATTRIBUTES, SPANS, type SpanDefinition } from './span-catalogue.js';

const INTRODUCTION = `<!-- Generated from the catalogues in libs/runtime/src/telemetry by \`node libs/runtime/dist/telemetry/write-telemetry-page.js\`. Do not edit. -->

<!-- prettier-ignore-start -->

# Telemetry

Traces and metrics leave by OTLP, logs by standard output. Nothing listens: there is no \`/metrics\`. Off by default, and then nothing is even loaded:

\`\`\`sh
OTEL_TRACES_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318
\`\`\`

Each process says who it is by the resource attributes \`service.name\` (\`OTEL_SERVICE_NAME\`), \`mail.app\` and \`service.instance.id\`. [Configuration](configuration.md) has all variables.

No signal holds a body, a subject, a template variable, a login code or a password. Addresses are in none but logs at \`debug\` and \`trace\`: at \`info\` a log says \`address:\` and a keyed hash, the same for the same address ([how to find one](operations.md#addresses-in-the-log)).
`;

const METRICS_TEXT = `## Metrics

Beside these come the metrics of OpenTelemetry's instrumentation: \`http.server.request.duration\` by \`http.route\`, \`db.client.operation.duration\`, the event loop and heap of Node. \`every\` as an app means all five.

A gauge that tells what the database holds is told by every process of its app alike: take \`max\` of them, not \`sum\`.
`;

const TRACES_TEXT = `## Traces

One trace a mail: it begins with the caller's (a \`traceparent\` header, or the \`traceparent\` field of a stream entry; else with us), is stored with the delivery, and goes on with every claim and attempt, in whichever process, hours later if need be. Statements that serve many mails at once are traces of their own, linked to each. A resend is part of the operator's request; those of a bulk resend are traces of their own, linked to the request that started it. A mail whose caller decided against sampling is not sampled here either.

To find the trace of a mail: \`mail.delivery.id\`, or \`trace_id\` in the line \`attempt_ended\`.
`;

const LOGS_TEXT = `## Logs

JSON lines on standard output, readable ones on a terminal. Every line has \`level\`, \`time\`, \`app\`, \`pid\` and \`msg\`; within a trace \`trace_id\` and \`span_id\`; and an \`event\` of this list.
`;

/** The reference page of metrics, spans and log events, in Markdown. */
export function telemetryPage(): string {
  return [
    INTRODUCTION,
    METRICS_TEXT,
    table(
      ['metric', 'in Prometheus', 'type', 'unit', 'app', 'attributes', 'what'],
      Object.entries<MetricDefinition>(METRICS).map(metricRow),
    ),
    TRACES_TEXT,
    table(['span', 'kind', 'app', 'parent', 'what', 'attributes'], Object.entries<SpanDefinition>(SPANS).map(spanRow)),
    table(
      ['attribute', 'what'],
      Object.entries(SPAN_ATTRIBUTES).map(([name, what]) => [`\`${name}\``, what]),
    ),
    LOGS_TEXT,
    table(['event', 'level', 'meaning'], Object.entries<EventDefinition>(EVENTS).map(eventRow)),
    '<!-- prettier-ignore-end -->\n',
  ].join('\n');
}

function metricRow([name, metric]: [string, MetricDefinition]): string[] {
  const { type, unit, apps, attributes, description, buckets } = metric;
  const exported = `\`${prometheusName(name, metric)}\`${type === 'histogram' ? ' (`_bucket`, `_sum`, `_count`)' : ''}`;
  const values = Object.entries(attributes).map(([attribute, what]) => `\`${attribute}\`: ${what}`);
  const bounds = buckets === undefined ? '' : ` Buckets: ${buckets.join(', ')}.`;
  return [
    `\`${name}\``,
    exported,
    type,
    `\`${unit}\``,
    apps === 'all' ? 'every' : apps.join(', '),
    values.join('; '),
    description + bounds,
  ];
}

const spanRow = ([name, { kind, apps, parent, description, attributes }]: [string, SpanDefinition]): string[] => [
  ...[`\`${name}\``, kind, apps.join(', '), parent, description],
  attributes.map((attribute) => `\`${attribute}\``).join(', '),
];

const eventRow = ([name, { level, meaning }]: [string, EventDefinition]): string[] => [`\`${name}\``, [level].flat().join(', '), meaning];

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('');
}
