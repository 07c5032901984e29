import { beforeAll, describe, expect, it, vi } from 'vitest';
import { CHECKS } from './checks/all.ts';
import { environmentOf } from './checks/environment.ts';
import { findHelm } from './find-helm.ts';
import { componentOf, containersOf, workloadsOf, type Manifest } from './manifest.ts';
import { referenceFault } from './reference.ts';
import { CHART, lint, render, valueSets } from './render.ts';
import { valuesSchemaFaults } from './values-schema.ts';

// Helm is a process of its own each time: on a busy machine it may be slow.
vi.setConfig({ testTimeout: 120_000 });

let helm: string;
beforeAll(() => void (helm = findHelm()), 240_000);

function manifestsOf(set: string, ...args: string[]): readonly Manifest[] {
  const rendering = render(helm, CHART, ['--values', valueSets().get(set) ?? set, ...args]);
  if ('fault' in rendering) throw new Error(rendering.fault);
  return rendering.manifests;
}

const named = (manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === `rel-${name}`);
const workload = (manifests: readonly Manifest[], component: string) => {
  const found = workloadsOf(manifests).find((one) => componentOf(one) === component);
  if (found === undefined) throw new Error(`no ${component}`);
  return found;
};

describe.each([...valueSets().keys()])('the values "%s"', (set) => {
  it('pass every check', async () => {
    expect(lint(helm, CHART, ['--values', valueSets().get(set) ?? ''])).toBeUndefined();
    const manifests = manifestsOf(set);
    for (const check of Object.values(CHECKS)) expect(await check(manifests)).toEqual([]);
  });
});

it('documents every value as values.yaml comments it', () => {
  expect(referenceFault()).toEqual([]);
});

it('describes every value in the schema by its comment, with a type, and refuses keys that nobody knows', () => {
  expect(valuesSchemaFaults()).toEqual([]);
});

it.each([
  ['a value that the schema lacks', 'a: 1', {}, 'a: is not in the schema'],
  ['one without a type', 'a: 1', { a: {} }, 'a: has no type'],
  [
    'a comment that was changed',
    '# first\nz: 0\n# new\na: 1',
    { z: { type: 'integer', description: 'first' }, a: { type: 'integer', description: 'old' } },
    '"old"',
  ],
  ['an object that takes anything', 'a: {}', { a: { type: 'object', properties: {} } }, 'a: takes keys'],
])('the schema is held to values.yaml: %s', (_what, values, properties, says) => {
  expect(valuesSchemaFaults(values, { additionalProperties: false, properties }).join('\n')).toContain(says);
});

describe('what is set in `env`', () => {
  const OTEL = ['--set', 'telemetry.enabled=true,env.OTEL_TRACES_EXPORTER=none'];
  const envOf = (manifests: readonly Manifest[], component: string) => {
    const [container] = containersOf(workload(manifests, component));
    if (container === undefined) throw new Error(`no container of ${component}`);
    return { container, env: environmentOf(container, manifests) };
  };

  it('wins over what telemetry sets', () => {
    expect(envOf(manifestsOf('minimal', ...OTEL), 'scheduler').env).toMatchObject({
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'otlp',
    });
  });

  it.each(['env', 'defaults.env'])('keeps its resource attributes beside those of the chart: %s', (where) => {
    const set = `${where}.OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test`;
    const { container, env } = envOf(manifestsOf('minimal', ...OTEL, '--set-string', set), 'scheduler');
    expect(env['OTEL_RESOURCE_ATTRIBUTES']).toMatch(/^deployment\.environment\.name=test,k8s\.namespace\.name=mail,/);
    expect(container.env?.filter(({ name }) => name === 'OTEL_RESOURCE_ATTRIBUTES')).toHaveLength(1);
  });

  it('reaches the migrations as far as Node itself reads it, with the volumes that it points to', () => {
    const [job] = workloadsOf(manifestsOf('full')).filter(({ kind }) => kind === 'Job');
    const [container] = job === undefined ? [] : containersOf(job);
    expect(container?.env?.map(({ name }) => name)).toEqual(['MAIL_POSTGRES_PRIMARY_DSN', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS']);
    const { volumeMounts } = container as unknown as { volumeMounts: { name: string; mountPath: string }[] };
    const { volumes } = job?.spec.template.spec as unknown as { volumes: { name: string }[] };
    expect(volumeMounts.map(({ mountPath }) => mountPath)).toContain('/etc/mail-ca');
    expect(volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
  });
});

describe('what scales', () => {
  it('is a sender by what waits in PostgreSQL where KEDA is, and then not by its deployment', () => {
    const manifests = manifestsOf('no-keda', '--set', 'autoscaling.keda=auto', '--api-versions', 'keda.sh/v1alpha1');
    const { triggers } = named(manifests, 'ScaledObject', 'attempt-worker')?.['spec'] as { triggers: { type: string }[] };
    expect(triggers.map(({ type }) => type)).toEqual(['postgresql', 'postgresql']);
    expect(workload(manifests, 'attempt-worker').spec).not.toHaveProperty('replicas');
    expect(named(manifests, 'HorizontalPodAutoscaler', 'intake-api')).toBeUndefined();
  });

  it('is the intake alone, on CPU, where KEDA is not', () => {
    const manifests = manifestsOf('no-keda', '--set', 'autoscaling.keda=auto');
    expect(manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ metadata }) => metadata.name)).toEqual([
      'rel-intake-api',
    ]);
    expect(manifests.filter(({ kind }) => kind === 'ScaledObject')).toEqual([]);
    expect(workload(manifests, 'intake-api').spec).not.toHaveProperty('replicas');
    expect(workload(manifests, 'attempt-worker').spec.replicas).toBe(4);
  });

  it('is never the consumer', () => {
    const more = render(helm, CHART, ['--set', 'components.stream-consumer.replicas=3']);
    expect(more).toEqual({ fault: expect.stringContaining('stream-consumer') as string });
  });
});

describe('secrets', () => {
  it('go only to those who use them', () => {
    const manifests = manifestsOf('full');
    const secretsOf = (component: string): string[] =>
      containersOf(workload(manifests, component)).flatMap(({ env = [] }) =>
        env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
      );
    expect(secretsOf('migrations')).toEqual(['mail-postgres']);
    expect(secretsOf('attempt-worker')).toContain('mail-smtp');
    for (const other of ['intake-api', 'stream-consumer', 'scheduler', 'retention-job'])
      expect(secretsOf(other)).not.toContain('mail-smtp');
  });

  it('of a client that fetches tokens are in place of a password', () => {
    const names = containersOf(workload(manifestsOf('oauth2'), 'attempt-worker')).flatMap(({ env = [] }) => env.map(({ name }) => name));
    expect(names.filter((name) => name.startsWith('MAIL_SMTP_'))).toEqual([
      ...['MAIL_SMTP_USERNAME', 'MAIL_SMTP_OAUTH2_CLIENT_SECRET', 'MAIL_SMTP_OAUTH2_TOKEN_URL', 'MAIL_SMTP_OAUTH2_CLIENT_ID'],
      'MAIL_SMTP_OAUTH2_SCOPE',
    ]);
  });

  it.each(['MAIL_SMTP_PASSWORD', 'MAIL_SMTP_OAUTH2_CLIENT_SECRET'])('are refused where values are for all to read: %s', (name) => {
    const given = render(helm, CHART, ['--set-string', `env.${name}=secret`]);
    expect(given).toEqual({ fault: expect.stringContaining(name) as string });
  });
});

describe('a change of the environment', () => {
  it('rolls every pod that reads it', () => {
    const checksums = (...args: string[]): string[] =>
      workloadsOf(manifestsOf('minimal', ...args)).map(({ spec }) =>
        JSON.stringify((spec.template.metadata as { annotations?: unknown }).annotations ?? null),
      );
    const [before, after] = [checksums(), checksums('--set-string', 'env.MAIL_LOG_LEVEL=debug')];
    expect(before.filter((text, index) => text !== after[index])).toHaveLength(5);
  });
});

describe('the network policies', () => {
  const ports = (set: string, component: string): unknown[] =>
    (named(manifestsOf(set), 'NetworkPolicy', component)?.['spec'] as { egress: { ports: { port: unknown }[] }[] }).egress.flatMap((rule) =>
      rule.ports.map(({ port }) => port),
    );

  it.each([
    ['intake-api', [53, 53, 5432, 4317]],
    ['stream-consumer', [53, 53, 5432, 6379, 4317]],
    ['scheduler', [53, 53, 5432, 4317]],
    ['attempt-worker', [53, 53, 5432, 587, 4317]],
    ['retention-job', [53, 53, 5432, 4317]],
    ['migrations', [53, 53, 5432]],
  ])('let %s reach what it uses, and nothing else', (component, expected) => {
    expect(ports('full', component)).toEqual(expected);
  });

  it('let the worker reach where tokens come from', () => {
    expect(ports('oauth2', 'attempt-worker')).toEqual([53, 53, 5432, 587, 443]);
  });

  it('let nobody in but the callers of the intake', () => {
    const policies = manifestsOf('full').filter(({ kind }) => kind === 'NetworkPolicy');
    const open = policies.filter(({ spec }) => (spec as { ingress: unknown[] }).ingress.length > 0);
    expect(policies).toHaveLength(6);
    expect(open.map(({ metadata }) => metadata.name)).toEqual(['rel-intake-api']);
  });
});

describe('values that cannot work', () => {
  it.each([
    ['a name that nobody knows', ['--set', 'components.scheduler.replica=3'], 'replica'],
    ['smtp mode without a server', ['--set', 'smtp.mode=smtp'], 'smtp.addr is empty'],
    [
      'tokens without a secret',
      ['--set', 'smtp.mode=smtp,smtp.addr=mx:587,smtp.fromEmail=a@example.com,smtp.oauth2.tokenUrl=https://login.example.com/t'],
      'smtp.existingSecret is empty',
    ],
    ['a name for EHLO without a dot', ['--set', 'smtp.ehloName=worker'], 'ehloName'],
    ['less time to stop than an attempt may take', ['--set', 'smtp.timeoutSeconds=30'], 'give it at least 35'],
    ['a number where the environment takes text', ['--set', 'env.MAIL_REDIS_DB=1'], 'MAIL_REDIS_DB'],
    [
      'a selector of their own',
      ['--set-json', 'defaults.topologySpread=[{"maxSkew":1,"topologyKey":"x","whenUnsatisfiable":"DoNotSchedule","labelSelector":{}}]'],
      'topologySpread',
    ],
  ])('are refused: %s', (_what, args, says) => {
    expect(render(helm, CHART, args)).toEqual({ fault: expect.stringContaining(says) as string });
  });
});
