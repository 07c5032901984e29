import { z } from 'zod';

/** The schemas that the document names: each stands once under `components`, and is referred to. */
export const namedSchemas = z.registry<{ id: string }>();

/** Gives a schema the name that it has in the document. */
export function named<S extends z.ZodType>(id: string, schema: S): S {
  namedSchemas.add(schema, { id });
  return schema;
}

export const id = named(
  'Id',
  z
    .string()
    .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
    .meta({ format: 'uuid', description: 'A UUID; what the service makes is of version 7, so that ids sort by time.' }),
);

export const time = named(
  'Time',
  z
    .string()
    .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/)
    .meta({ format: 'date-time', description: 'RFC 3339 in UTC, with milliseconds.' }),
);

/** How many, counted no further than 10 000: `capped` says that there are more. */
export const cappedCount = named('CappedCount', z.object({ count: z.int().min(0), capped: z.boolean() }));

/** What an answer is that has this schema: what a controller's is checked against. */
export type Answer<S extends z.ZodType> = DeepReadonly<z.output<S>>;

type DeepReadonly<T> = T extends readonly (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;
