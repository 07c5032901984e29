import { register } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Telemetry } from './telemetry.js';

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
      }),
    ],
  });
  sdk.start();
  return { shutdown: () => sdk.shutdown() };
}
