import { nameOf, type Manifest } from '../manifest.ts';

interface Trigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Kept by hand: what a trigger's `metadata` may hold, which the CRD leaves open, and KEDA finds out only at run time. Of the scalers that the
 * chart uses (KEDA 2.x, https://keda.sh/docs/latest/scalers/), with what each must have.
 */
const TRIGGERS: Readonly<Record<string, { readonly required: readonly string[]; readonly optional: readonly string[] }>> = {
  cpu: { required: ['value'], optional: ['containerName'] },
  postgresql: {
    required: ['query', 'targetQueryValue'],
    optional: ['activationTargetQueryValue', 'connectionFromEnv', 'host', 'port', 'userName', 'passwordFromEnv', 'dbName', 'sslmode'],
  },
};

export function triggerFaults(manifest: Manifest): string[] {
  if (manifest.kind !== 'ScaledObject') return [];
  const { triggers } = manifest['spec'] as { readonly triggers: readonly Trigger[] };
  return triggers.flatMap(({ type, metadata }, index) => {
    const path = `${nameOf(manifest)}.spec.triggers[${index}]`;
    const known = TRIGGERS[type];
    if (known === undefined) return [`${path}: a trigger "${type}" is not known here`];
    const names = Object.keys(metadata);
    return [
      ...names.filter((name) => ![...known.required, ...known.optional].includes(name)).map((name) => `${path}: ${type} has no ${name}`),
      ...known.required.filter((name) => !names.includes(name)).map((name) => `${path}: ${type} wants ${name}`),
    ];
  });
}
