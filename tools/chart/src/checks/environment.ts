import { randomBytes } from 'node:crypto';
import { APP_NAMES, readConfig, type AppName } from '@mail/runtime';
import { componentOf, containersOf, nameOf, workloadsOf, type Container, type Manifest } from '../manifest.ts';

/** What a secret's key may hold, so that the code's own reading of the environment can be asked. */
const SECRET_SAMPLES: Readonly<Record<string, string>> = {
  MAIL_POSTGRES_PRIMARY_DSN: 'postgres://user:password@postgres:5432/mail',
  MAIL_POSTGRES_REPLICA_DSNS: 'postgres://user:password@replica:5432/mail',
  MAIL_REDIS_PASSWORD: 'password',
  MAIL_SECRETS_KEY: randomBytes(32).toString('base64'),
  MAIL_SMTP_USERNAME: 'user',
  MAIL_SMTP_PASSWORD: 'password',
  MAIL_SMTP_OAUTH2_CLIENT_SECRET: 'secret',
};

/** Those of OpenTelemetry that its SDK reads itself. */
const OTEL_OF_THE_SDK = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_RESOURCE_ATTRIBUTES'];
const OTEL_OF_OURS = ['OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER', 'OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_SERVICE_NAME'];

/** The environment as the kubelet would make it. */
export function environmentOf(container: Container, manifests: readonly Manifest[]): Record<string, string> {
  const maps = (container.envFrom ?? []).map(({ configMapRef }) =>
    manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name),
  );
  const env: Record<string, string> = Object.assign({}, ...maps.map((map) => (map?.['data'] ?? {}) as object)) as Record<string, string>;
  for (const { name, value, valueFrom } of container.env ?? []) {
    env[name] = value ?? (valueFrom?.secretKeyRef === undefined ? 'x' : (SECRET_SAMPLES[name] ?? 'x'));
  }
  return env;
}

/** Whether each app would start with the environment that the chart gives it: asked of the code that reads it. */
export function environmentFaults(manifests: readonly Manifest[]): string[] {
  return workloadsOf(manifests).flatMap((workload) =>
    containersOf(workload).flatMap((container) => {
      const env = environmentOf(container, manifests);
      const name = nameOf(workload);
      const component = componentOf(workload);
      const missing = (container.envFrom ?? []).flatMap(({ configMapRef }) =>
        manifests.some(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name)
          ? []
          : [`${name}: its config map ${configMapRef.name} is not in the chart`],
      );
      if (component === 'migrations') {
        return [...missing, ...(env['MAIL_POSTGRES_PRIMARY_DSN'] === undefined ? [`${name}: MAIL_POSTGRES_PRIMARY_DSN is not set`] : [])];
      }
      if (!APP_NAMES.includes(component as AppName)) return [`${name}: ${component} is no app`];
      const reading = readConfig(env, component as AppName);
      const strangers = Object.keys(env).filter((key) => key.startsWith('OTEL_') && ![...OTEL_OF_THE_SDK, ...OTEL_OF_OURS].includes(key));
      return [
        ...missing,
        ...reading.warnings.filter((warning) => warning.includes('is not a variable')).map((warning) => `${name}: ${warning}`),
        ...(reading.ok ? [] : reading.faults.map((fault) => `${name}: ${fault}`)),
        ...strangers.map((key) => `${name}: ${key} is not known`),
      ];
    }),
  );
}
