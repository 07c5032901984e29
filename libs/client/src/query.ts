import type { DeliveryQuery } from './delivery.js';
import type { ActionQuery, PageOptions } from './lists.js';

/** What lists can be asked by, under the names of the API. */
export type ListQuery = DeliveryQuery & ActionQuery & PageOptions;
type Value = string | number | boolean | Date;

const written = (value: Value): string => (value instanceof Date ? value.toISOString() : String(value));

/** The filters by the names of the API: `tags` as `tag.<name>`, dates as text, what is `undefined` left out. */
export function namedFilters({ tags, ...query }: object & Pick<DeliveryQuery, 'tags'>): Record<string, Value | readonly Value[]> {
  const named = Object.entries(query).filter(([, value]) => value !== undefined) as [string, Value | readonly Value[]][];
  const tagged = Object.entries(tags ?? {}).map(([name, value]): [string, Value] => [`tag.${name}`, value]);
  return Object.fromEntries([...named.map(([name, value]) => [name, value instanceof Date ? written(value) : value]), ...tagged]);
}

/** `?…`, or nothing. */
export function queryString(query: ListQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, given] of Object.entries(namedFilters(query))) {
    for (const value of Array.isArray(given) ? (given as Value[]) : [given as Value]) parameters.append(name, written(value));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}
