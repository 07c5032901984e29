import { z } from 'zod';
import { timestamp } from './command-fields.js';
import type { AcceptedWithin } from './delivery-filter.js';
import { filterFaultDetail, filterRefusal } from './filter-refusal.js';
import { jsonPointer } from './json-pointer.js';
import type { FilterParameters } from './parse-delivery-filter.js';
import type { Refusal } from './problem.js';

/** The parameters, by name. */
export const periodFields = { created_from: timestamp.optional(), created_to: timestamp.optional() };
const period = z.object(periodFields);

export type ParsedPeriod = { readonly ok: true; readonly filter: AcceptedWithin } | { readonly ok: false; readonly refusal: Refusal };

/** `created_from` (included) and `created_to` (not included), and nothing else; or `validation_failed`. */
export function parsePeriod(parameters: FilterParameters): ParsedPeriod {
  const unknown = Object.keys(parameters).filter((name) => !Object.hasOwn(period.shape, name));
  if (unknown.length > 0) {
    return filterRefusal(unknown.map((name) => ({ pointer: jsonPointer([name]), detail: 'is not a known parameter' })));
  }
  const parsed = period.safeParse(parameters, { error: filterFaultDetail });
  if (!parsed.success) {
    return filterRefusal(parsed.error.issues.map(({ path, message }) => ({ pointer: jsonPointer(path.slice(0, 1)), detail: message })));
  }
  const { created_from: createdFrom = null, created_to: createdTo = null } = parsed.data;
  if (createdFrom !== null && createdTo !== null && createdFrom >= createdTo) {
    return filterRefusal([{ pointer: '/created_to', detail: 'must be later than created_from' }]);
  }
  return { ok: true, filter: { createdFrom, createdTo } };
}
