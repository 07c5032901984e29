import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess, type Exit } from '../../testing/start-process.js';
import { VALID_ENVIRONMENT } from '../../testing/valid-environment.js';

/** What a collector was sent: protobuf, in which strings stand as they are. */
const received: { path: string; body: string }[] = [];
let collector: Server;
let endpoint: string;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString('latin1') });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(() => collector.close());

async function runTraced(env: Record<string, string>): Promise<Exit> {
  received.length = 0;
  const heartbeat = join(tmpdir(), `telemetry-spec-${process.pid}.heartbeat`);
  const running = startProcess('./process.mjs', ['traced'], { ...VALID_ENVIRONMENT, MAIL_HEARTBEAT_FILE: heartbeat, ...env });
  await running.logged('started');
  running.signal('SIGTERM');
  return running.exit;
}

it('a quick stop still delivers the traces and metrics, of instrumented modules too, marked with the app', async () => {
  const { code } = await runTraced({
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=spec',
  });
  expect(code).toBe(0);
  const traces = received.filter(({ path }) => path === '/v1/traces').map(({ body }) => body);
  for (const said of ['spec.span', 'url.path', 'galaxy-mail', 'mail.app', 'scheduler', 'deployment.environment.name']) {
    expect(traces.join('')).toContain(said);
  }
  expect(received.map(({ path }) => path)).toContain('/v1/metrics');
});

it('without an exporter nothing is sent, whatever the endpoint', async () => {
  const { code, log } = await runTraced({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  expect({ code, received }).toEqual({ code: 0, received: [] });
  expect(log.map(({ event }) => event)).toEqual(['started', 'stopping', 'stopped']);
});

it('a collector that is down does not change the exit code', async () => {
  const { code, log } = await runTraced({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
  expect(code).toBe(0);
  expect(log.map(({ event }) => event)).toContain('telemetry_lost');
});
