import { IncomingMessage } from 'node:http';
import { register } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Telemetry } from './start-telemetry.js';

const OFF = { enabled: false };

/** Starts the SDK on what the environment says. Only imported when it is wanted: it is heavy. */
export function startInstrumentation(serviceName: string): Telemetry {
  // Its own dependency, so found from there.
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.resolve('@opentelemetry/auto-instrumentations-node'));
  const sdk = new NodeSDK({
    serviceName,
    instrumentations: [
      getNodeAutoInstrumentations({
        '@opentelemetry/instrumentation-fs': OFF,
        '@opentelemetry/instrumentation-net': OFF,
        '@opentelemetry/instrumentation-dns': OFF,
        // The logger writes the trace's ids itself.
        '@opentelemetry/instrumentation-pino': OFF,
        // Values that an operator filters by are addresses, keys and tags: only the names stay.
        '@opentelemetry/instrumentation-http': {
          requestHook(span, request) {
            if (request instanceof IncomingMessage) span.setAttribute('url.query', namesOf(request.url ?? ''));
          },
        },
        // Loops poll several times a second: a trace for each would hide those of the mails.
        '@opentelemetry/instrumentation-pg': { requireParentSpan: true },
        '@opentelemetry/instrumentation-ioredis': { requireParentSpan: true },
      }),
    ],
  });
  sdk.start();
  return { shutdown: () => sdk.shutdown() };
}

function namesOf(url: string): string {
  const query = url.split('?', 2)[1] ?? '';
  return [...new Set(new URLSearchParams(query).keys())].join('&');
}
