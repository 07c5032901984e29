import { context, createTraceState, trace, TraceFlags } from '@opentelemetry/api';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scriptedServer, type ScriptedServer } from '../testing/scripted-server.js';
import { createMailClient } from './mail-client.js';
import type { TraceContext } from './trace-context.js';

const GIVEN = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'vendor=1' };
const SPAN = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: TraceFlags.SAMPLED, traceState: createTraceState('other=2') };
const inSpan = <Result>(run: () => Promise<Result>): Promise<Result> => context.with(trace.setSpanContext(context.active(), SPAN), run);

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer({ status: 200, body: {} });
});
afterEach(() => server.close());

/** The trace headers of one request, as they came. */
async function sent(given: TraceContext = {}): Promise<TraceContext> {
  await createMailClient({ url: server.url }).stats(given);
  const { traceparent, tracestate } = server.seen.at(-1)?.headers ?? {};
  return { traceparent: traceparent as string | undefined, tracestate: tracestate as string | undefined };
}

describe('without OpenTelemetry at work, a request', () => {
  it('has the context that was given, or none', async () => {
    expect(await sent(GIVEN)).toEqual(GIVEN);
    expect(await sent()).toEqual({});
  });
});

describe('within a process that is traced, a request', () => {
  const undici = new UndiciInstrumentation();
  const sdk = new NodeSDK({
    instrumentations: [undici],
    spanProcessors: [{ onStart() {}, onEnd() {}, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }],
    metricReaders: [],
    logRecordProcessors: [],
  });
  beforeAll(() => sdk.start());
  afterAll(() => sdk.shutdown());

  it('is part of the active trace, by a span of fetch that is told of once', async () => {
    const { traceparent, tracestate } = await inSpan(() => sent());
    expect(traceparent).toMatch(/^00-c{32}-[0-9a-f]{16}-01$/);
    expect(traceparent).not.toContain(SPAN.spanId);
    expect(tracestate).toBe('other=2');
  });

  it('is part of the trace that was given, whatever is active', async () => {
    const { traceparent, tracestate } = await inSpan(() => sent(GIVEN));
    expect(traceparent).toMatch(/^00-a{32}-[0-9a-f]{16}-01$/);
    expect(tracestate).toBe('vendor=1');
  });

  it('has the context of the active span itself where fetch is not instrumented', async () => {
    undici.disable();
    expect(await inSpan(() => sent())).toEqual({ traceparent: `00-${SPAN.traceId}-${SPAN.spanId}-01`, tracestate: 'other=2' });
    undici.enable();
  });
});
