import { z } from 'zod';
import type { AcceptedWithin } from './delivery-filter.js';
import { filterRefusal } from './filter-refusal.js';
import { jsonPointer } from './json-pointer.js';
import type { FilterParameters } from './parse-delivery-filter.js';
import { parsePeriod } from './parse-period.js';
import type { Fault, Refusal } from './problem.js';
import { isUuid } from './uuid-v7.js';

/** Which acts of operators are asked for: all, or those by one of three, each with an index of its own. */
export type ActionFilter = AcceptedWithin &
  ({ readonly by: 'time' } | { readonly by: 'operator' | 'action' | 'delivery_id'; readonly value: string });

export type ParsedActionFilter = { readonly ok: true; readonly filter: ActionFilter } | { readonly ok: false; readonly refusal: Refusal };

const BY = ['operator', 'action', 'delivery_id'] as const;
const UNSERVED =
  'No index serves these filters together. Served are: operator, action or delivery_id alone, with created_from and created_to.';
/** What may be looked for; a name may be in any script. */
const line = z
  .string('must be there once')
  .regex(/^[^\p{Cc}]{1,255}$/u, 'must have 1 to 255 characters, and no control characters')
  .optional();

/** The parameters but for the period, by name. */
export const actionFilterFields = {
  operator: line,
  action: line,
  delivery_id: z.string('must be there once').refine(isUuid, 'must be a UUID').optional().meta({ format: 'uuid' }),
};

/** `operator`, `action` or `delivery_id`, with a period; or `validation_failed`. */
export function parseActionFilter({ operator, action, delivery_id, ...rest }: FilterParameters): ParsedActionFilter {
  const given = { operator, action, delivery_id };
  const faults = BY.flatMap((name) => valueFault(name, given[name]));
  if (faults.length > 0) return filterRefusal(faults);
  const period = parsePeriod(rest);
  if (!period.ok) return period;
  const [by, ...more] = BY.filter((name) => given[name] !== undefined);
  if (by === undefined) return { ok: true, filter: { by: 'time', ...period.filter } };
  if (more.length > 0) {
    return filterRefusal(
      more.map((name) => ({ pointer: jsonPointer([name]), detail: `is not served together with ${by}` })),
      UNSERVED,
    );
  }
  const value = String(given[by]).normalize('NFC');
  return { ok: true, filter: { by, value: by === 'delivery_id' ? value.toLowerCase() : value, ...period.filter } };
}

function valueFault(name: (typeof BY)[number], value: unknown): Fault[] {
  const issues = actionFilterFields[name].safeParse(value).error?.issues ?? [];
  return issues.map(({ message }) => ({ pointer: jsonPointer([name]), detail: message }));
}
