import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../canonical-json.js';
import { commandFaultDetail, commandFaults } from '../command-faults.js';
import { timestamp } from '../command-fields.js';
import { DELIVERY_STATUSES, type DeliveryEnd, type DeliveryStatus } from '../delivery.js';
import type { DeliveryFilter } from '../delivery-filter.js';
import { filterRefusal } from '../filter-refusal.js';
import { parseDeliveryFilter, type FilterParameters } from '../parse-delivery-filter.js';
import type { Parsed } from '../parse-command.js';
import type { Refusal } from '../problem.js';
import { protoFaults } from '../proto-faults.js';
import { parseStrictJson } from '../strict-json.js';
import { DEFAULT_RATE_PER_SECOND, MAX_RATE_PER_SECOND, RESENT_BY_DEFAULT } from './resend-plan.js';

const ENDS = DELIVERY_STATUSES.filter((status) => status !== 'queued');
const RATE = `must be a whole number from 1 to ${MAX_RATE_PER_SECOND}`;

/** The terms of a plan, by name; the filters stand beside them. */
export const resendPlanTermFields = {
  rate_per_second: z
    .int(RATE)
    .min(1, RATE)
    .max(MAX_RATE_PER_SECOND, RATE)
    .default(DEFAULT_RATE_PER_SECOND)
    .meta({ description: 'Of all schedulers together.' }),
  expires_at: timestamp.nullable().default(null).meta({ description: 'A new expiry, for those that are past their own.' }),
  include_resent: z.boolean().default(false).meta({ description: 'Whether what was sent again before is sent once more.' }),
};
const termsSchema = z.object(resendPlanTermFields);

/** What a plan is made of: which deliveries, and how they are sent again. */
export interface ResendPlanRequest {
  /** As it is shown, and kept: by the names of `GET /deliveries`, with `status` as a list of ends. */
  readonly filter: FilterParameters;
  readonly ratePerSecond: number;
  /** The expiry of those that are past their own. */
  readonly expiresAt: string | null;
  readonly includeResent: boolean;
}

/** Which deliveries a plan takes: what an index lists, and of that these ends. */
export interface ResendPlanFilter {
  readonly listed: DeliveryFilter;
  readonly statuses: readonly DeliveryStatus[];
}

type ParsedFilter =
  | { readonly ok: true; readonly filter: ResendPlanFilter; readonly kept: FilterParameters }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * A JSON object with at least one filter of `GET /deliveries`, and terms; or why not, as `parseDeliveryCommand` says. A `status` goes with
 * each filter here, also with those that an index serves alone, since the set is read once and for all.
 */
export function parseResendPlanRequest(bytes: Uint8Array, maxBytes: number): Parsed<'request', ResendPlanRequest> {
  const json = parseStrictJson(bytes, maxBytes);
  if (!json.ok) return json;
  const { value } = json;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return filterRefusal([{ pointer: '', detail: 'must be an object' }]);
  const proto = protoFaults(value);
  if (proto.length > 0) return filterRefusal(proto);
  const { rate_per_second, expires_at, include_resent, ...parameters } = value as Record<string, unknown>;
  const terms = termsSchema.safeParse({ rate_per_second, expires_at, include_resent }, { error: commandFaultDetail });
  if (!terms.success) return filterRefusal(commandFaults(terms.error.issues));
  const parsed = parseResendPlanFilter(parameters);
  if (!parsed.ok) return parsed;
  const { rate_per_second: ratePerSecond, expires_at: expiresAt, include_resent: includeResent } = terms.data;
  return { ok: true, request: { filter: parsed.kept, ratePerSecond, expiresAt, includeResent } };
}

/** Also of a filter that was kept. */
export function parseResendPlanFilter({ status, ...others }: FilterParameters): ParsedFilter {
  if (status === undefined && Object.keys(others).length === 0) {
    return filterRefusal([{ pointer: '', detail: 'must name at least one filter, such as "status"' }]);
  }
  const statuses = status === undefined ? RESENT_BY_DEFAULT : endsOf(status);
  if (statuses === null) {
    const detail = `must be one or more of ${ENDS.join(', ')}: only what has ended is sent again`;
    return filterRefusal([{ pointer: '/status', detail }]);
  }
  const names = Object.keys(others);
  const alone = !names.includes('idempotency_key') && names.some((name) => name === 'recipient' || name.startsWith('tag.'));
  const listed = parseDeliveryFilter(alone ? others : { ...others, status: statuses });
  if (!listed.ok) return listed;
  return { ok: true, filter: { listed: listed.filter, statuses }, kept: { ...others, status: statuses } };
}

function endsOf(given: unknown): readonly DeliveryEnd[] | null {
  const named: readonly unknown[] = Array.isArray(given) ? given : [given];
  const ends = ENDS.filter((end) => named.includes(end));
  return ends.length > 0 && named.every((name) => (ENDS as readonly unknown[]).includes(name)) ? ends : null;
}

/** What decides whether two requests with one key are for the same plan. */
export function resendPlanFingerprint(request: ResendPlanRequest): Buffer {
  return hash('sha256', canonicalJson(request), 'buffer');
}
