import { z } from 'zod';
import { namedSchemas } from './named-schemas.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

const REFERENCE = '#/components/schemas/';

/**
 * Every named schema as JSON Schema (draft 2020-12), by its name, with references to each other. Requests stand as callers write them;
 * answers mean the same either way.
 */
export function componentSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(namedSchemas, { io: 'input', uri: (name) => `${REFERENCE}${name}` });
  return Object.fromEntries(
    Object.entries(schemas)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [name, bare(schema)]),
  );
}

/** A schema where it is used: by its name, if it has one. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const name = namedSchemas.get(schema)?.id;
  return name === undefined ? bare(z.toJSONSchema(schema, { io: 'input' })) : { $ref: `${REFERENCE}${name}` };
}

/** Without what only a schema that stands alone needs, and without bounds that are those of every number in JSON. */
function bare(schema: object): JsonSchema {
  const { $schema: _dialect, $id: _id, ...rest } = schema as Record<string, unknown>;
  return withoutSafeBounds(rest) as JsonSchema;
}

function withoutSafeBounds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSafeBounds);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, bound]) => !(['minimum', 'maximum'].includes(key) && Math.abs(bound as number) === Number.MAX_SAFE_INTEGER),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSafeBounds(inner)]));
}
