import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { decodeMetrics, decodeTraces } from './otlp-schema.js';
import { prometheusText } from './prometheus-text.js';
import { metricsOf, spansOf, type ReceivedMetric, type ReceivedSeries, type ReceivedSpan } from './received.js';

export type { ReceivedMetric, ReceivedSeries, ReceivedSpan };

export interface OtlpCollector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`, by protocol. */
  readonly endpoints: Readonly<Record<'http/protobuf' | 'grpc', string>>;
  readonly spans: readonly ReceivedSpan[];
  /** By name, each with the newest point of every series that came from any process. */
  readonly metrics: ReadonlyMap<string, ReceivedMetric>;
  /** What came, as bytes: protobuf, in which strings stand as they are. */
  readonly raw: readonly Buffer[];
  /** Prometheus scrapes the metrics here. */
  readonly metricsUrl: string;
  close(): Promise<void>;
}

export interface OtlpCollectorOptions {
  /** Prometheus is no longer shown a series that has not come for so long, as of a process that is gone. Default: it always is. */
  readonly expireAfterMs?: number;
  /** `false`: neither spans nor bytes are kept, for a long run. */
  readonly keep?: boolean;
}

/** An OTLP receiver on 127.0.0.1, over HTTP with protobuf and over gRPC, that keeps what it is sent, and shows the metrics to Prometheus. */
export async function startOtlpCollector({ expireAfterMs = Infinity, keep = true }: OtlpCollectorOptions = {}): Promise<OtlpCollector> {
  const spans: ReceivedSpan[] = [];
  const metrics = new Map<string, ReceivedMetric>();
  const cameAtMs = new WeakMap<ReceivedSeries, number>();
  const shown = (): ReceivedMetric[] => {
    const sinceMs = performance.now() - expireAfterMs;
    return [...metrics.values()].flatMap((metric) => {
      const series = metric.series.filter((each) => (cameAtMs.get(each) ?? 0) >= sinceMs);
      return series.length === 0 ? [] : [{ ...metric, series }];
    });
  };
  const raw: Buffer[] = [];
  const take = {
    traces(bytes: Buffer): void {
      if (!keep) return;
      raw.push(bytes);
      spans.push(...spansOf(decodeTraces(bytes)));
    },
    metrics(bytes: Buffer): void {
      if (keep) raw.push(bytes);
      const nowMs = performance.now();
      for (const metric of metricsOf(decodeMetrics(bytes))) {
        for (const each of metric.series) cameAtMs.set(each, nowMs);
        metrics.set(metric.name, newest(metrics.get(metric.name), metric));
      }
    },
  };

  const http = createServer((request, response) => void answer(request, response, take, shown)).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const grpc = new Server();
  grpc.addService(service('trace.v1.TraceService'), { Export: unary(take.traces) });
  grpc.addService(service('metrics.v1.MetricsService'), { Export: unary(take.metrics) });
  const grpcPort = await new Promise<number>((resolve, reject) => {
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error === null ? resolve(port) : reject(error)));
  });
  return {
    endpoints: { 'http/protobuf': url, grpc: `http://127.0.0.1:${grpcPort}` },
    spans,
    metrics,
    raw,
    metricsUrl: `${url}/metrics`,
    async close() {
      grpc.forceShutdown();
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

type Take = Readonly<Record<'traces' | 'metrics', (bytes: Buffer) => void>>;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  take: Take,
  metrics: () => readonly ReceivedMetric[],
): Promise<void> {
  if (request.url === '/metrics') {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(prometheusText(metrics()));
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sent = Buffer.concat(chunks);
  const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  if (request.url === '/v1/traces') take.traces(bytes);
  else if (request.url === '/v1/metrics') take.metrics(bytes);
  else response.statusCode = 404;
  response.setHeader('content-type', 'application/x-protobuf').end();
}

/** Of the messages only the request is looked at: the answer, which may tell of what was not taken, is empty. */
function service(name: string): ServiceDefinition {
  const asIs = (bytes: Buffer): Buffer => bytes;
  return {
    Export: {
      path: `/opentelemetry.proto.collector.${name}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  };
}

const unary =
  (take: (bytes: Buffer) => void) =>
  ({ request }: { request: Buffer }, callback: (error: null, answer: Buffer) => void): void => {
    take(request);
    callback(null, Buffer.alloc(0));
  };

const keyOf = ({ attributes, resource }: ReceivedSeries): string => JSON.stringify([attributes, resource['service.instance.id']]);

function newest(known: ReceivedMetric | undefined, metric: ReceivedMetric): ReceivedMetric {
  const series = new Map([...(known?.series ?? []), ...metric.series].map((each) => [keyOf(each), each]));
  return { ...metric, series: [...series.values()] };
}
