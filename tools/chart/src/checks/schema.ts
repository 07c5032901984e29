import { nameOf, type Manifest } from '../manifest.ts';
import { FAMILIES } from './families.ts';

interface Model {
  validate(): void;
}

/** What the Kubernetes schema of its kind says against a manifest: types, enums, quantities and what is required. Unknown fields pass. */
export async function schemaFaults(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind } = manifest;
  const family = FAMILIES[apiVersion.split('/')[0] ?? ''] ?? 'kubernetes-models';
  let Kind: (new (data: unknown) => Model) | undefined;
  try {
    Kind = ((await import(`${family}/${apiVersion}`)) as Readonly<Record<string, new (data: unknown) => Model>>)[kind];
  } catch {
    Kind = undefined;
  }
  if (Kind === undefined) return [`${nameOf(manifest)}: ${apiVersion} has no ${kind}`];
  try {
    new Kind(manifest).validate();
    return [];
  } catch (error) {
    return [`${nameOf(manifest)}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
