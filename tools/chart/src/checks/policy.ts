import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@mail/local/project-root';
import { componentOf, containersOf, nameOf, workloadsOf, type Container, type Manifest, type Workload } from '../manifest.ts';
import { environmentOf } from './environment.ts';

const RESTRICTED = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true } as const;
/** An exec probe starts Node each time: 0.3 s and 40 MB. */
const EXEC_PERIOD_S = 20;
const EXEC_TIMEOUT_S = 5;

const said = (name: string, wrong: readonly (string | false)[]): string[] =>
  wrong.filter((fault) => fault !== false).map((fault) => `${name}: ${fault}`);

function securityFaults({ spec: { template } }: Workload, container: Container): (string | false)[] {
  const { securityContext: pod = {}, automountServiceAccountToken } = template.spec;
  const own = container.securityContext ?? {};
  const capabilities = own['capabilities'] as { drop?: readonly string[] } | undefined;
  return [
    pod['runAsNonRoot'] !== true && 'may run as root',
    (pod['seccompProfile'] as { type?: string } | undefined)?.type !== 'RuntimeDefault' && 'has no seccomp profile',
    automountServiceAccountToken !== false && 'is given a token of the API server',
    ...Object.entries(RESTRICTED).map(([key, value]) => own[key] !== value && `${key} is not ${value}`),
    capabilities?.drop?.includes('ALL') !== true && 'keeps capabilities',
    container.resources?.limits?.['memory'] === undefined && 'has no bound on its memory',
    container.resources?.requests?.['cpu'] === undefined && 'asks for no CPU',
    /:(latest)?$/.test(container.image) && `its image ${container.image} has no fixed version`,
  ];
}

function probeFaults(workload: Workload, container: Container): (string | false)[] {
  const component = componentOf(workload);
  const probe = container.livenessProbe as
    { tcpSocket?: unknown; exec?: { command: readonly string[] }; periodSeconds?: number; timeoutSeconds?: number } | undefined;
  if (workload.kind === 'Job') return [];
  if (component === 'intake-api')
    return [probe?.tcpSocket === undefined && 'is not probed by TCP', container.readinessProbe === undefined && 'is never ready'];
  return [
    probe?.exec?.command.join(' ') !== `node apps/${component}/dist/alive.js` && 'is not probed by its heartbeat',
    (probe?.periodSeconds ?? 0) < EXEC_PERIOD_S && `is probed more often than every ${EXEC_PERIOD_S} s`,
    (probe?.timeoutSeconds ?? 0) < EXEC_TIMEOUT_S && `its probe has less than ${EXEC_TIMEOUT_S} s`,
  ];
}

const seconds = (text: string | undefined): number => Number.parseInt(text ?? '0');

function graceFaults(workload: Workload, env: Readonly<Record<string, string>>): (string | false)[] {
  if (workload.kind === 'Job') return [];
  const grace = workload.spec.template.spec.terminationGracePeriodSeconds ?? 30;
  const shutdown = seconds(env['MAIL_SHUTDOWN_TIMEOUT']);
  return [
    shutdown <= seconds(env['MAIL_SMTP_TIMEOUT']) && 'stops before an attempt has had its time',
    grace <= shutdown && `is killed after ${grace} s, and may drain for ${shutdown} s`,
  ];
}

/** Our own files that a container starts must be what the build makes. */
function commandFaults(container: Container): (string | false)[] {
  const file = container.command[1] ?? '';
  const source = join(projectRoot, file.replace('/dist/', '/src/').replace(/\.js$/, '.ts'));
  return [!existsSync(source) && `starts ${file}, which nothing builds`];
}

function componentFaults(workload: Workload): (string | false)[] {
  if (componentOf(workload) !== 'stream-consumer') return [];
  const { replicas = 1, strategy } = workload.spec;
  return [replicas + (strategy?.rollingUpdate.maxSurge ?? 1) > 2 && 'may run more than twice at once'];
}

/** What this project asks of every manifest, beyond what Kubernetes does. */
export function policyFaults(manifests: readonly Manifest[]): string[] {
  const names = manifests.map((manifest) => `${manifest.apiVersion} ${nameOf(manifest)}`);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => `${name}: is there twice`);
  const secrets = manifests.filter(({ kind }) => kind === 'Secret').map((manifest) => `${nameOf(manifest)}: the chart makes no secrets`);
  const senders = manifests
    .filter((manifest) => scalesSendersOnCpu(manifest))
    .map((manifest) => `${nameOf(manifest)}: CPU says nothing about a sender`);
  const workloads = workloadsOf(manifests).flatMap((workload) =>
    containersOf(workload).flatMap((container) =>
      said(nameOf(workload), [
        ...securityFaults(workload, container),
        ...probeFaults(workload, container),
        ...graceFaults(workload, environmentOf(container, manifests)),
        ...commandFaults(container),
        ...componentFaults(workload),
      ]),
    ),
  );
  return [...twice, ...secrets, ...senders, ...workloads];
}

function scalesSendersOnCpu({ kind, metadata, spec }: Manifest): boolean {
  if (!metadata.name.endsWith('attempt-worker')) return false;
  return kind === 'HorizontalPodAutoscaler' || (kind === 'ScaledObject' && JSON.stringify(spec).includes('"type":"cpu"'));
}
