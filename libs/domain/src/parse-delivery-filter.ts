import { z } from 'zod';
import { mailAddress, oneLine, source, timestamp } from './command-fields.js';
import { templateId } from './content.js';
import { DELIVERY_STATUSES } from './delivery.js';
import type { DeliveryFilter, ShownStatus } from './delivery-filter.js';
import { parseIdempotencyKey } from './idempotency-key.js';
import { jsonPointer } from './json-pointer.js';
import { filterFaultDetail, filterRefusal } from './filter-refusal.js';
import type { Fault, Refusal } from './problem.js';
import { tagName } from './tags.js';

export type ParsedDeliveryFilter =
  { readonly ok: true; readonly filter: DeliveryFilter } | { readonly ok: false; readonly refusal: Refusal };

/** Parameters by name, as a query string or a JSON object has them; `status` may be there more than once. */
export type FilterParameters = Readonly<Record<string, unknown>>;

export const SHOWN_STATUSES: readonly ShownStatus[] = [...DELIVERY_STATUSES, 'sending'];
const TAG = 'tag.';

/** The combinations that an index serves; any other would read the whole table. */
export const SERVED_FILTERS =
  'status, once or more; source, with or without status; template_id, with or without status; status=sending, with or without source ' +
  'and template_id; recipient alone; one tag.<name> alone; idempotency_key, with anything else. created_from and created_to go with each';
const UNSERVED = `No index serves these filters together. Served are: ${SERVED_FILTERS}.`;

/** The parameters but for tags, by name. */
export const deliveryFilterFields = {
  status: z.preprocess(
    (given) => (given === undefined ? [] : Array.isArray(given) ? given : [given]),
    z.array(z.enum(SHOWN_STATUSES, `must be one of ${SHOWN_STATUSES.join(', ')}`)),
  ),
  source: source.optional(),
  template_id: templateId.optional(),
  recipient: mailAddress.optional(),
  idempotency_key: z
    .string()
    .refine((key) => parseIdempotencyKey(key).ok, 'must have 1 to 255 visible ASCII characters')
    .optional(),
  created_from: timestamp.optional(),
  created_to: timestamp.optional(),
};
const fields = z.object({ ...deliveryFilterFields, tags: z.record(z.string(), oneLine().max(1024)) });
type Fields = z.output<typeof fields>;

/**
 * The filter that these parameters name, values in their normal form; or `validation_failed` with every fault, by pointers to the
 * parameters, also where each is well-formed, but no index serves them together. No fault repeats a value.
 */
export function parseDeliveryFilter(parameters: FilterParameters): ParsedDeliveryFilter {
  const entries = Object.entries(parameters);
  const isTag = ([name]: readonly [string, unknown]): boolean => name.startsWith(TAG);
  // Here, not by the schema: no filter may be passed over in silence, whatever its name.
  const unknown = entries.flatMap(([name]) => nameFaults(name));
  if (unknown.length > 0) return filterRefusal(unknown);
  const tags = Object.fromEntries(entries.filter(isTag).map(([name, value]) => [name.slice(TAG.length), value]));
  const parsed = fields.safeParse({ ...Object.fromEntries(entries.filter((entry) => !isTag(entry))), tags }, { error: filterFaultDetail });
  if (!parsed.success) return filterRefusal(parsed.error.issues.map(faultOf));
  const { created_from: createdFrom = null, created_to: createdTo = null } = parsed.data;
  if (createdFrom !== null && createdTo !== null && createdFrom >= createdTo) {
    return filterRefusal([{ pointer: '/created_to', detail: 'must be later than created_from' }]);
  }
  const filter = servedFilter(parsed.data);
  return 'by' in filter ? { ok: true, filter: { ...filter, createdFrom, createdTo } } : filterRefusal(filter, UNSERVED);
}

type Served = DeliveryFilter extends infer F ? (F extends unknown ? Omit<F, 'createdFrom' | 'createdTo'> : never) : never;

function servedFilter({ status, tags, ...one }: Fields): Served | Fault[] {
  const named = SHOWN_STATUSES.filter((shown) => status.includes(shown));
  const { source = null, template_id: templateId = null, recipient = null, idempotency_key: idempotencyKey = null } = one;
  if (idempotencyKey !== null) {
    return { by: 'idempotency_key', idempotencyKey, statuses: named, source, templateId, recipient, tags };
  }
  const [tag, ...moreTags] = Object.entries(tags);
  const given = [
    ...(named.length > 0 ? ['status'] : []),
    ...(source === null ? [] : ['source']),
    ...(templateId === null ? [] : ['template_id']),
    ...(recipient === null ? [] : ['recipient']),
    ...Object.keys(tags).map((name) => `${TAG}${name}`),
  ];
  const unservedFrom = (first: string): Fault[] =>
    given
      .filter((name) => name !== first)
      .map((name) => ({ pointer: jsonPointer([name]), detail: `is not served together with ${first}` }));
  if (tag !== undefined) {
    return moreTags.length === 0 && given.length === 1 ? { by: 'tag', name: tag[0], value: tag[1] } : unservedFrom(`${TAG}${tag[0]}`);
  }
  if (recipient !== null) return given.length === 1 ? { by: 'recipient', recipient } : unservedFrom('recipient');
  // What is being sent is queued too.
  const statuses = named.filter((shown) => shown !== 'sending');
  if (named.includes('sending') && !named.includes('queued')) {
    return statuses.length === 0
      ? { by: 'sending', source, templateId }
      : [{ pointer: '/status', detail: 'has "sending", which is not served together with another end' }];
  }
  if (source !== null && templateId !== null) return unservedFrom('source').filter(({ pointer }) => pointer !== '/status');
  if (source !== null) return { by: 'source', source, statuses };
  return templateId === null ? { by: 'status', statuses } : { by: 'template_id', templateId, statuses };
}

function nameFaults(name: string): Fault[] {
  const detail = name.startsWith(TAG)
    ? tagName.safeParse(name.slice(TAG.length)).error?.issues[0]?.message
    : name !== 'tags' && Object.hasOwn(fields.shape, name)
      ? undefined
      : 'is not a known parameter';
  return detail === undefined ? [] : [{ pointer: jsonPointer([name]), detail }];
}

function faultOf({ path, message }: z.core.$ZodIssue): Fault {
  const [first = '', name] = path;
  return { pointer: jsonPointer([first === 'tags' ? `${TAG}${String(name)}` : first]), detail: message };
}
