import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describedValues } from './reference.ts';
import { CHART } from './render.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** An object whose keys are named takes no others; one that names none is given to Kubernetes as it is. */
function objectFaults(schema: Schema, path: string): string[] {
  const { properties = {}, additionalProperties } = schema;
  const nested = Object.entries(properties).flatMap(([key, each]) => objectFaults(each, path === '' ? key : `${path}.${key}`));
  const open = schema.properties !== undefined && additionalProperties !== false;
  return [...(open ? [`${path || 'the root'}: takes keys that nobody knows`] : []), ...nested];
}

/** What is wrong with values.schema.json, by the values and their comments. */
export function valuesSchemaFaults(
  values = readFileSync(join(CHART, 'values.yaml'), 'utf8'),
  schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as Schema,
): string[] {
  const undescribed = describedValues(values).flatMap(({ path, about }) => {
    const found = path.split('.').reduce<Schema | undefined>((node, key) => node?.properties?.[key], schema);
    if (found === undefined) return [`${path}: is not in the schema`];
    const { $ref, type, enum: allowed, description = '' } = found;
    return [
      ...($ref === undefined && type === undefined && allowed === undefined ? [`${path}: has no type`] : []),
      ...(description === about
        ? []
        : [`${path}: is described as ${JSON.stringify(description)}, and commented as ${JSON.stringify(about)}`]),
    ];
  });
  return [...undescribed, ...objectFaults(schema, '')];
}
