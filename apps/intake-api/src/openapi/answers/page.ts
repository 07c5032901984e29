import { z } from 'zod';
import { named } from '../named-schemas.js';

/** One page of a list. */
export function pageOf<S extends z.ZodType>(name: string, item: S) {
  const next_cursor = z.string().nullable().meta({ description: 'For the next page, with the same filters; `null` on the last.' });
  return named(name, z.object({ items: z.array(item), next_cursor }));
}
