import {
  countFrozen,
  MAX_PLAN_DELIVERIES,
  NOTHING_COUNTED,
  parseResendPlanFilter,
  planAge,
  planObstacle,
  type DeliveryFilter,
  type ResendPlanFilter,
} from '@mail/domain';
import type { Database } from '../database.js';
import type { Place } from '../page.js';
import {
  advancePlanning,
  freezeItems,
  holdPlanning,
  readResendFacts,
  type FreezeProgress,
  type HeldPlanning,
  type ResendFactsRow,
} from '../statements/freeze-resend-plan.js';
import { listDeliveries, type ListedDelivery } from '../statements/list-deliveries.js';

export interface FreezeOptions {
  /** Deliveries that are looked at in one transaction. */
  readonly chunk: number;
  /** So many a plan may have. */
  readonly most?: number;
  /** Hears which deliveries are to be frozen, before anything can go wrong with them. */
  readonly onTry?: (deliveryIds: readonly string[]) => void;
  /** Leaves this one out, if it is the next: nothing else can be done with it. */
  readonly giveUp?: string | undefined;
}

/**
 * Freezes the next deliveries of a plan, in one transaction, with how far it has come; so whoever dies, the next goes on from there.
 * Of deliveries that were accepted before the plan was made. `null`: another is at it, or there is nothing to freeze.
 */
export function freezeChunk(
  database: Database,
  planId: string,
  { chunk, most = MAX_PLAN_DELIVERIES, onTry, giveUp }: FreezeOptions,
): Promise<FreezeProgress | null> {
  return database.transaction(async (client) => {
    const plan = await holdPlanning(client, planId);
    if (plan === null) return null;
    const { listed, statuses } = filterOf(plan);
    const page = await listDeliveries(client, beforePlan(listed, plan), { after: placeOf(plan), limit: chunk });
    const ids = page.map(({ delivery_id }) => delivery_id);
    if (giveUp === undefined) onTry?.(ids);
    else if (ids.length !== 1 || ids[0] !== giveUp) return null;
    const frozen =
      giveUp === undefined
        ? (ids.length === 0 ? [] : await readResendFacts(client, ids, statuses)).map((facts) => frozenOf(facts, plan))
        : page.map((given) => givenUp(given, plan));
    if (frozen.length > 0) await freezeItems(client, planId, frozen);
    const last = page.at(-1);
    const total = plan.total + frozen.length;
    const progress: FreezeProgress = {
      plannedTo: last === undefined ? placeOf(plan) : { at: last.created_at, id: last.delivery_id },
      total,
      resendable: plan.resendable + frozen.filter(({ obstacle }) => obstacle === null).length,
      counts: countFrozen({ ...NOTHING_COUNTED, ...plan.counts }, frozen),
      next: total > most ? 'too_many' : page.length < chunk ? 'ready' : 'more',
    };
    await advancePlanning(client, planId, progress);
    return progress;
  });
}

function filterOf({ filter }: HeldPlanning): ResendPlanFilter {
  const parsed = parseResendPlanFilter(filter);
  if (!parsed.ok) throw new Error(`the filter of a plan is not known to this build: ${parsed.refusal.detail}`);
  return parsed.filter;
}

function placeOf({ planned_to_at: at, planned_to_id: id }: HeldPlanning): Place | null {
  return at === null || id === null ? null : { at, id };
}

/** What is accepted later, such as the resends of another plan, is not in the set. */
function beforePlan(filter: DeliveryFilter, { created_at }: HeldPlanning): DeliveryFilter {
  const madeAt = created_at.toISOString();
  return { ...filter, createdTo: filter.createdTo !== null && filter.createdTo < madeAt ? filter.createdTo : madeAt };
}

/** Nothing more than its place can be had of it. */
function givenUp({ delivery_id, created_at }: ListedDelivery, plan: HeldPlanning) {
  const age = planAge(plan.created_at.getTime() - created_at.getTime());
  return { deliveryId: delivery_id, obstacle: 'error' as const, templateId: null, lastOutcome: null, age };
}

function frozenOf(row: ResendFactsRow, { created_at, new_expiry, include_resent }: HeldPlanning) {
  const facts = {
    status: row.status,
    isPurged: row.is_purged,
    isExpired: row.is_expired,
    isResent: row.is_resent,
    hasRecipients: row.has_recipients,
  };
  return {
    deliveryId: row.delivery_id,
    obstacle: planObstacle(facts, { newExpiry: new_expiry, includeResent: include_resent }),
    templateId: row.template_id,
    lastOutcome: row.last_outcome,
    age: planAge(created_at.getTime() - row.created_at.getTime()),
  };
}
