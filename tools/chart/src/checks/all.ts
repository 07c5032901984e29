import type { Manifest } from '../manifest.ts';
import { alertFaults } from './alerts.ts';
import { environmentFaults } from './environment.ts';
import { fieldFaults } from './fields.ts';
import { policyFaults } from './policy.ts';
import { schemaFaults } from './schema.ts';

/** Each check by its name, over everything that one value set renders. */
export const CHECKS: Readonly<Record<string, (manifests: readonly Manifest[]) => string[] | Promise<string[]>>> = {
  'Kubernetes schemas': async (manifests) => (await Promise.all(manifests.map(schemaFaults))).flat(),
  'fields and APIs that are served': (manifests) => manifests.flatMap(fieldFaults),
  'environment, by the code that reads it': environmentFaults,
  'security, probes, stopping': policyFaults,
  'runbooks and dashboards': (manifests) => alertFaults(manifests),
};
