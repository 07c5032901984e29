import { EVENTS, METRICS, prometheusName, SPAN_ATTRIBUTES, SPANS, type MetricDefinition } from '@mail/runtime';
import { eventually, startSmtpSink, type SmtpSink } from '@mail/testing';
import { startOtlpCollector, type OtlpCollector, type ReceivedSpan } from '@mail/testing/otlp-collector';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askOperator } from './ask-operator.js';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { APPS } from './mail-process.js';

const CALLER = 'b7ad6b7169203331';
const traceparent = (traceId: string): string => `00-${traceId}-${CALLER}-01`;
const HTTP_TRACE = '0af7651916cd43dd8448eb211c80319c';
const STREAM_TRACE = '1bf7651916cd43dd8448eb211c80319d';
const REFUSED_TRACE = '2cf7651916cd43dd8448eb211c80319e';
const LOGIN = { username: 'relay', password: 'Sm7p-Passw0rd' };
/** Nothing of these may be told to anyone. */
const SECRETS = ['493817', LOGIN.password, 'Confidential subject', 'Confidential body', '@example.com', '%40example.com'];

const mail = (to: string) => ({ to: [to], content: { mode: 'rendered', subject: 'Confidential subject', text: 'Confidential body' } });

describe.each(['http/protobuf', 'grpc'] as const)('over OTLP by %s, the five processes', (protocol) => {
  let collector: OtlpCollector;
  let sink: SmtpSink;
  let system: MailSystem;

  beforeAll(async () => {
    collector = await startOtlpCollector();
    const refused = new Set<string>();
    sink = await startSmtpSink({
      auth: LOGIN,
      rcpt(recipient) {
        if (!recipient.startsWith('later-') || refused.has(recipient)) return null;
        refused.add(recipient);
        return `450 4.2.1 <${recipient}> is busy`;
      },
    });
    system = await startMailSystem(APPS, {
      sink,
      env: {
        MAIL_SMTP_USERNAME: LOGIN.username,
        MAIL_SMTP_PASSWORD: LOGIN.password,
        MAIL_RETRY_SCHEDULE: '1s,1s',
        MAIL_SCHEDULER_RECOVERY_INTERVAL: '1s',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoints[protocol],
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_METRIC_EXPORT_INTERVAL: '2000',
        OTEL_METRIC_EXPORT_TIMEOUT: '1900',
      },
    });
    await send(system);
    // The last signals leave when a process stops: all must have come then.
    await stopped(system, collector);
  }, 400_000);
  afterAll(async () => {
    await system.stop();
    await sink.close();
    await collector.close();
  });

  const ours = (traceId: string): ReceivedSpan[] => collector.spans.filter((span) => span.traceId === traceId && span.scope === 'mail');
  const told = ({ name, parentSpanId, attributes, resource }: ReceivedSpan) => ({
    name,
    app: resource['mail.app'],
    parentSpanId,
    number: attributes['mail.attempt.number'],
    outcome: attributes['mail.attempt.outcome'],
    next: attributes['mail.attempt.next'],
  });

  it.each([
    { door: 'http', traceId: HTTP_TRACE, first: 'accept delivery', app: 'intake-api' },
    { door: 'stream', traceId: STREAM_TRACE, first: 'process command', app: 'stream-consumer' },
  ])('make one trace of a mail from the caller of the $door door to its second attempt', ({ traceId, first, app }) => {
    const spans = ours(traceId);
    const accepted = spans.find(({ name }) => name === first);
    const caller = collector.spans.find(({ spanId }) => spanId === accepted?.parentSpanId);
    // At the HTTP door the request stands between the two.
    expect(caller?.parentSpanId ?? accepted?.parentSpanId).toBe(CALLER);
    if (first === 'accept delivery') {
      expect(caller).toMatchObject({ name: 'POST /api/v1/internal/deliveries', kind: 2, traceId });
    }
    expect(accepted?.resource['mail.app']).toBe(app);
    const parentSpanId = accepted?.spanId;
    const within = spans.filter((span) => span.parentSpanId === parentSpanId).map(told);
    const claim = { name: 'claim delivery', app: 'scheduler', parentSpanId };
    const attempt = { name: 'attempt delivery', app: 'attempt-worker', parentSpanId };
    expect(within).toHaveLength(4);
    expect(within).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...claim, number: 1 }),
        expect.objectContaining({ ...attempt, number: 1, outcome: 'transient_rejected', next: 'retry' }),
        expect.objectContaining({ ...claim, number: 2 }),
        expect.objectContaining({ ...attempt, number: 2, outcome: 'provider_accepted', next: 'end' }),
      ]),
    );
    for (const { spanId } of spans.filter(({ name }) => name === 'attempt delivery')) {
      const parts = spans.filter((span) => span.parentSpanId === spanId);
      expect(parts.map(({ name }) => name)).toEqual(['render mail', 'send mail']);
      const phases = parts.flatMap(({ events }) => events.map(({ name }) => name.replace('smtp.', '')));
      const { attributes } = spans.find((span) => span.spanId === spanId) ?? {};
      // A kept connection begins with MAIL.
      expect(phases).toEqual(expect.arrayContaining(['mail', 'rcpt']));
      expect(phases.at(-1)).toBe(attributes?.['mail.attempt.outcome'] === 'provider_accepted' ? 'final' : 'rcpt');
    }
  });

  it('link the spans of what is done for many to those of each', () => {
    for (const [batch, linked] of [
      ['accept batch', 'accept delivery'],
      ['accept batch', 'process command'],
      ['claim batch', null],
      ['record batch', 'attempt delivery'],
    ] as const) {
      const links = collector.spans.filter(({ name }) => name === batch).flatMap((span) => span.links);
      const mine = links.filter(({ traceId }) => [HTTP_TRACE, STREAM_TRACE].includes(traceId));
      expect(mine.length, `${batch} → ${String(linked)}`).toBeGreaterThan(0);
      const named = mine.map(({ spanId }) => collector.spans.find((span) => span.spanId === spanId)?.name);
      if (linked !== null) expect(named).toContain(linked);
    }
    const statements = collector.spans.filter(({ scope }) => scope.includes('instrumentation-pg'));
    expect(statements.length).toBeGreaterThan(0);
    // What polls finds nothing most of the time, and is not worth a trace.
    expect(statements.filter(({ parentSpanId }) => parentSpanId === null)).toEqual([]);
  });

  it('make the spans of the catalogue, all of them, with its attributes alone', () => {
    const spans = collector.spans.filter(({ scope }) => scope === 'mail');
    expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(Object.keys(SPANS)));
    const attributes = new Set(spans.flatMap((span) => Object.keys(span.attributes)));
    expect([...attributes].filter((attribute) => !(attribute in SPAN_ATTRIBUTES))).toEqual([]);
    for (const span of spans) {
      const definition = SPANS[span.name as keyof typeof SPANS];
      const allowed: readonly string[] = [...definition.attributes, 'error.type'];
      expect(
        Object.keys(span.attributes).filter((attribute) => !allowed.includes(attribute)),
        span.name,
      ).toEqual([]);
      expect(definition.apps).toContain(span.resource['mail.app']);
    }
  });

  it.each(Object.entries<MetricDefinition>(METRICS))('send %s as the catalogue says', (name, { type, unit, attributes, apps }) => {
    const metric = collector.metrics.get(name);
    expect(metric).toMatchObject({ type, unit });
    for (const series of metric?.series ?? []) {
      expect(Object.keys(series.attributes).sort()).toEqual(Object.keys(attributes).sort());
      expect(apps === 'all' ? APPS : apps).toContain(series.resource['mail.app']);
    }
  });

  it('send no metric of ours that is not in the catalogue', () => {
    expect([...collector.metrics.keys()].filter((name) => name.startsWith('mail.') && !(name in METRICS))).toEqual([]);
  });

  it('count what was sent to them', () => {
    const sum = (name: keyof typeof METRICS, wanted: Readonly<Record<string, string>>): number =>
      (collector.metrics.get(name)?.series ?? [])
        .filter(({ attributes }) => Object.entries(wanted).every(([key, value]) => attributes[key] === value))
        .reduce((total, { point }) => total + ('value' in point ? point.value : point.count), 0);
    expect(sum('mail.commands.accepted', { door: 'http', outcome: 'queued' })).toBe(2);
    expect(sum('mail.commands.accepted', { door: 'stream', outcome: 'queued' })).toBe(1);
    expect(sum('mail.commands.replayed', { door: 'http' })).toBe(1);
    expect(sum('mail.commands.replayed', { door: 'stream' })).toBe(1);
    expect(sum('mail.commands.refused', { door: 'http', code: 'validation_failed' })).toBe(1);
    expect(sum('mail.commands.refused', { door: 'stream', code: 'malformed_json' })).toBe(1);
    expect(sum('mail.attempts.ended', { outcome: 'transient_rejected' })).toBe(2);
    expect(sum('mail.attempts.ended', { outcome: 'provider_accepted', template_id: 'auth.login_code', lane: 'high' })).toBe(1);
    expect(sum('mail.deliveries.ended', { status: 'sent' })).toBe(3);
    expect(sum('mail.delivery.latency', {})).toBe(3);
    expect(sum('mail.smtp.phase.duration', { phase: 'rcpt' })).toBe(5);
    expect(sum('mail.smtp.phase.duration', { phase: 'final' })).toBe(3);
    expect(sum('mail.smtp.phase.duration', { phase: 'auth' })).toBeGreaterThanOrEqual(1);
    expect(sum('mail.command.age', {})).toBe(2);
    expect(sum('mail.unaccounted', {})).toBe(0);
  });

  it('can be asked for by Prometheus, under the names that the page gives', async () => {
    const text = await (await fetch(collector.metricsUrl)).text();
    for (const [name, metric] of Object.entries<MetricDefinition>(METRICS)) {
      const exported = prometheusName(name, metric);
      expect(text).toContain(`# TYPE ${exported} ${metric.type}\n`);
      expect(text).toContain(`\n${exported}${metric.type === 'histogram' ? '_bucket' : ''}{`);
    }
  });

  it('log events of the catalogue alone, and in the line of an attempt its trace', () => {
    const lines = [...system.processes.values()].flatMap(({ log }) => log);
    expect(lines.flatMap(({ event }) => (event === undefined || event in EVENTS ? [] : [event]))).toEqual([]);
    const ended = lines.filter(({ event }) => event === 'attempt_ended');
    expect(ended).toHaveLength(5);
    expect(ended.filter(({ trace_id }) => trace_id === HTTP_TRACE)).toHaveLength(2);
    expect(ended.filter(({ trace_id }) => trace_id === STREAM_TRACE)).toHaveLength(2);
    const refused = collector.spans.find(({ attributes }) => attributes['error.type'] === 'malformed_json');
    expect(refused?.parentSpanId).toBe(CALLER);
    expect(lines.find(({ event }) => event === 'command_malformed')).toMatchObject({ trace_id: REFUSED_TRACE, span_id: refused?.spanId });
  });

  it('tell neither codes, passwords, mails nor addresses, in no signal', () => {
    const said = [...collector.raw, ...[...system.processes.values()].map((process) => Buffer.from(process.output()))];
    expect(said.some((bytes) => bytes.includes('auth.login_code'))).toBe(true);
    const database = new URL(system.env['MAIL_POSTGRES_PRIMARY_DSN'] ?? '').password;
    for (const secret of [...SECRETS, database, system.env['MAIL_REDIS_PASSWORD'] ?? '']) {
      expect(secret.length).toBeGreaterThan(0);
      expect(said.filter((bytes) => bytes.includes(secret)).length, secret).toBe(0);
    }
  });
});

/** A mail by each door that is sent at its second attempt, a login code, replays and refusals by both, and an operator's question. */
async function send(system: MailSystem): Promise<void> {
  const headers = { 'idempotency-key': 'k1', traceparent: traceparent(HTTP_TRACE) };
  const body = { source: 'shop', ...mail('later-http@example.com') };
  const post = () => askOperator(system, 'POST', 'deliveries', { headers, body });
  expect((await post()).status).toBe(202);
  const fields = ['source', 'shop', 'idempotency_key', 'k2', 'command', JSON.stringify(mail('later-stream@example.com'))];
  const traced = [...fields, 'traceparent', traceparent(STREAM_TRACE), 'requested_at_ms', String(Date.now())];
  const { redis, stream } = system.stream;
  await redis.xadd(stream, '*', ...traced);
  await system.post('login-code-deliveries', 'k3', { email: 'ada@example.com', code: '493817', locale: 'de' });
  await eventually(
    'all are sent',
    async () => {
      const { rows } = await system.database.client.query<{ sent: number }>(
        `select count(*)::int as sent from deliveries where status = 'sent'`,
      );
      return rows[0]?.sent === 3;
    },
    120_000,
  );
  expect((await post()).headers.get('idempotency-replayed')).toBe('true');
  // The same, but for the trace: that of the caller's second try is another.
  await redis.xadd(stream, '*', ...fields, 'requested_at_ms', String(Date.now()));
  expect((await system.post('deliveries', 'k4', { source: 'shop', to: ['ada@example.com'] })).status).toBe(400);
  const malformed = ['source', 'shop', 'idempotency_key', 'k5', 'command', '{"to": ["ada@example.com"'];
  const last = await redis.xadd(stream, '*', ...malformed, 'traceparent', traceparent(REFUSED_TRACE));
  await eventually(
    'the stream is consumed',
    async () => {
      const { rows } = await system.database.client.query<{ last_id: string }>('select last_id from stream_offsets');
      return rows[0]?.last_id === last;
    },
    120_000,
  );
  expect((await system.get('deliveries?recipient=later-http%40example.com')).status).toBe(200);
}

/** Once all that is read at a collection has been read and sent. */
async function stopped(system: MailSystem, collector: OtlpCollector): Promise<void> {
  const gauges = Object.entries<MetricDefinition>(METRICS).filter(([, { type }]) => type === 'gauge');
  await eventually('every gauge is sent', () => gauges.every(([name]) => collector.metrics.has(name)), 120_000);
  for (const process of system.processes.values()) process.kill('SIGTERM');
  await Promise.all([...system.processes.values()].map(({ exited }) => exited));
}
