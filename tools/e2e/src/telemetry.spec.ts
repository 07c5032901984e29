import { EVENTS, METRICS, prometheusName, SPAN_ATTRIBUTES, SPANS, type MetricDefinition, type MetricName } from '@mail/runtime';
import type { SmtpSink } from '@mail/testing';
import { startOtlpCollector, type OtlpCollector, type ReceivedSpan } from '@mail/testing/otlp-collector';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailSystem, type MailSystem } from './mail-system.js';
import { APPS } from './mail-process.js';
import { stopOnceTold, sumOf } from './told-telemetry.js';
import { CALLER, SECRETS, sendTraffic, SMTP_LOGIN, telemetrySink, TRACES } from './telemetry-traffic.js';

describe.each(['http/protobuf', 'grpc'] as const)('over OTLP by %s, the five processes', (protocol) => {
  let collector: OtlpCollector;
  let sink: SmtpSink;
  let system: MailSystem;

  beforeAll(async () => {
    collector = await startOtlpCollector();
    sink = await telemetrySink();
    system = await startMailSystem(APPS, {
      sink,
      env: {
        ...SMTP_LOGIN,
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
    await sendTraffic(system);
    await stopOnceTold(
      system,
      collector,
      () => sum('mail.deliveries.ended', {}) === 12 && sum('mail.attempts.ended', {}) === 12 && sum('mail.attempts.depth', {}) === 1,
    );
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

  const sum = (name: MetricName, wanted: Readonly<Record<string, string>>): number => sumOf(collector, name, wanted);

  it.each([
    { door: 'http', traceId: TRACES.http, first: 'accept delivery', app: 'intake-api' },
    { door: 'stream', traceId: TRACES.stream, first: 'process command', app: 'stream-consumer' },
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

  it('make a trace of each resend of a plan, linked to the request that started it and to what it is a copy of', () => {
    const resends = collector.spans.filter(
      ({ attributes }) => attributes['mail.resend_plan.id'] != null && attributes['mail.resend.of'] != null,
    );
    expect(resends).toHaveLength(2);
    const batches = collector.spans.filter(({ name }) => name === 'resend batch').flatMap(({ links }) => links);
    for (const { name, traceId, spanId, parentSpanId, links, attributes } of resends) {
      expect([name, parentSpanId]).toEqual(['accept delivery', null]);
      const original = collector.spans.find(
        (span) => span.name === 'accept delivery' && span.attributes['mail.delivery.id'] === attributes['mail.resend.of'],
      );
      expect(links.map((link) => link.traceId)).toEqual([TRACES.plan, original?.traceId]);
      expect(links[0]?.spanId).toBe(collector.spans.find((span) => span.traceId === TRACES.plan && span.kind === 2)?.spanId);
      expect(batches).toContainEqual({ traceId, spanId });
      const attempt = ours(traceId).find((span) => span.name === 'attempt delivery');
      expect(attempt).toMatchObject({ parentSpanId: spanId });
    }
    expect(batches.map(({ traceId }) => traceId)).toContain(TRACES.plan);
  });

  it.each([
    { what: 'a resend, linked to what it is a copy of', traceId: TRACES.resend, linked: [TRACES.http] },
    { what: 'a malformed command that is tried again', traceId: TRACES.replay, linked: [] },
  ])('make one trace of the operator’s request and $what', ({ traceId, linked }) => {
    const [accepted, ...others] = ours(traceId).filter(({ name }) => name === 'accept delivery');
    expect(others).toEqual([]);
    expect(accepted?.attributes).toMatchObject({ 'mail.door': 'operator', 'mail.accept.outcome': 'queued' });
    expect(accepted?.links.map((link) => link.traceId)).toEqual(linked);
    expect(collector.spans.find(({ spanId }) => spanId === accepted?.parentSpanId)).toMatchObject({ kind: 2, parentSpanId: CALLER });
    expect(ours(traceId).find(({ name }) => name === 'attempt delivery')?.parentSpanId).toBe(accepted?.spanId);
  });

  it('show an attempt whose worker was lost in the trace of its mail, from its start to its recovery', () => {
    const accepted = ours(TRACES.lost).find(({ name }) => name === 'accept delivery');
    const recovered = ours(TRACES.lost).find(({ name }) => name === 'recover attempt');
    expect(recovered).toMatchObject({ parentSpanId: accepted?.spanId, failed: true });
    expect(recovered?.attributes).toMatchObject({
      'mail.attempt.number': 1,
      'mail.attempt.outcome': 'uncertain',
      'mail.attempt.next': 'retry',
    });
    expect(recovered?.durationMs).toBeGreaterThanOrEqual(3_600_000);
    const lines = [...system.processes.values()].flatMap(({ log }) => log);
    expect(lines.find(({ event }) => event === 'attempt_recovered')).toMatchObject({ trace_id: TRACES.lost });
  });

  it('link the spans of what is done for many to those of each', () => {
    for (const [batch, linked] of [
      ['accept batch', 'accept delivery'],
      ['accept batch', 'process command'],
      ['claim batch', null],
      ['record batch', 'attempt delivery'],
    ] as const) {
      const links = collector.spans.filter(({ name }) => name === batch).flatMap((span) => span.links);
      const mine = links.filter(({ traceId }) => traceId === TRACES.http || traceId === TRACES.stream);
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
    expect(sum('mail.commands.accepted', { door: 'http', outcome: 'queued' })).toBe(8);
    expect(sum('mail.commands.accepted', { door: 'stream', outcome: 'queued' })).toBe(1);
    expect(sum('mail.commands.accepted', { door: 'operator', outcome: 'queued' })).toBe(4);
    expect(sum('mail.commands.replayed', { door: 'http' })).toBe(1);
    expect(sum('mail.commands.replayed', { door: 'stream' })).toBe(1);
    expect(sum('mail.commands.refused', { door: 'http', code: 'validation_failed' })).toBe(1);
    expect(sum('mail.commands.refused', { door: 'stream', code: 'malformed_json' })).toBe(1);
    expect(sum('mail.attempts.ended', { outcome: 'transient_rejected' })).toBe(2);
    expect(sum('mail.attempts.ended', { outcome: 'permanent_rejected' })).toBe(2);
    expect(sum('mail.attempts.ended', { outcome: 'provider_accepted', template_id: 'auth.login_code', lane: 'high' })).toBe(1);
    expect(sum('mail.claims.recovered', { kind: 'lost' })).toBe(1);
    expect(sum('mail.delivery.latency', {})).toBe(8);
    expect(sum('mail.smtp.phase.duration', { phase: 'rcpt' })).toBe(12);
    expect(sum('mail.smtp.phase.duration', { phase: 'final' })).toBe(8);
    expect(sum('mail.smtp.phase.duration', { phase: 'auth' })).toBeGreaterThanOrEqual(1);
    expect(sum('mail.command.age', {})).toBe(2);
    expect(sum('mail.unaccounted', {})).toBe(0);
  });

  it('count whatever was accepted as ended, or as open', () => {
    for (const [status, reason, count] of [
      ['sent', 'provider_accepted', 8],
      ['failed', 'permanent_rejected', 2],
      ['superseded', 'superseded', 1],
      ['cancelled', 'cancelled_by_operator', 1],
    ] as const) {
      expect([status, sum('mail.deliveries.ended', { status, reason })]).toEqual([status, count]);
    }
    const open = sum('mail.attempts.depth', {});
    expect(open).toBe(1);
    expect(sum('mail.deliveries.ended', {}) + open).toBe(sum('mail.commands.accepted', {}));
    expect(sum('mail.deliveries.corrected', {})).toBe(0);
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
    expect(ended).toHaveLength(12);
    expect(ended.filter(({ trace_id }) => trace_id === TRACES.http)).toHaveLength(2);
    expect(ended.filter(({ trace_id }) => trace_id === TRACES.stream)).toHaveLength(2);
    const refused = collector.spans.find(({ attributes }) => attributes['error.type'] === 'malformed_json');
    expect(refused?.parentSpanId).toBe(CALLER);
    expect(lines.find(({ event }) => event === 'command_malformed')).toMatchObject({ trace_id: TRACES.refused, span_id: refused?.spanId });
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
