import * as models from '@kubernetes/client-node/dist/gen/models/all.js';
import { nameOf, type Manifest } from '../manifest.ts';
import { extensionFieldFaults } from './extension-fields.ts';
import { FAMILIES } from './families.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}
type AttributeMap = readonly Attribute[];

const typeMap = (name: string): AttributeMap | undefined =>
  (models as unknown as Readonly<Record<string, { getAttributeTypeMap?: () => AttributeMap }>>)[name]?.getAttributeTypeMap?.();

/** The generated model of a kind: `apps/v1` Deployment is V1Deployment. What the server no longer offers has none. */
const modelOf = ({ apiVersion, kind }: Manifest): string => {
  const version = apiVersion.split('/').at(-1) ?? '';
  return `${version[0]?.toUpperCase()}${version.slice(1)}${kind}`;
};

/** Kinds of extensions, which the client does not know. */
const isExtension = (apiVersion: string): boolean => (apiVersion.split('/')[0] ?? '') in FAMILIES;

function walk(value: unknown, type: string, path: string): string[] {
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  if (list !== undefined && Array.isArray(value)) return value.flatMap((entry, index) => walk(entry, list, `${path}[${index}]`));
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (typeof value !== 'object' || value === null) return [];
  if (map !== undefined) return Object.entries(value).flatMap(([key, entry]) => walk(entry, map, `${path}.${key}`));
  const attributes = typeMap(type);
  if (attributes === undefined) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const attribute = attributes.find(({ baseName }) => baseName === key);
    return attribute === undefined ? [`${path}.${key} is no field of ${type}`] : walk(entry, attribute.type, `${path}.${key}`);
  });
}

/** Fields that the API server would drop or refuse, and kinds that it no longer serves. */
export function fieldFaults(manifest: Manifest): string[] {
  if (isExtension(manifest.apiVersion)) return extensionFieldFaults(manifest);
  const model = modelOf(manifest);
  if (typeMap(model) === undefined) return [`${nameOf(manifest)}: ${manifest.apiVersion} ${manifest.kind} is not served`];
  return walk(manifest, model, nameOf(manifest));
}
