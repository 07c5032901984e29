import { context, trace } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';

/** Tells the span and the metrics of the present HTTP request its route, which OpenTelemetry does not know of Fastify: all would be `POST`. */
export function nameRequest(route: string): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata?.type === RPCType.HTTP) metadata.route = route;
  trace.getActiveSpan()?.setAttribute('http.route', route);
}
