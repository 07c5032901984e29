import { randomBytes } from 'node:crypto';
import { uuidV7, type FreshIds, type NewDelivery, type ResendPlanStatus } from '@mail/domain';
import type { Database } from '../src/database.js';
import { freezeChunk } from '../src/resend-plans/freeze-chunk.js';
import { resendChunk, type ResendChunkOptions, type ResendProgress } from '../src/resend-plans/resend-chunk.js';
import {
  createResendPlan,
  readResendPlan,
  setResendPlanStatus,
  type NewResendPlan,
  type ResendPlan,
} from '../src/statements/resend-plans.js';
import { aDelivery } from './a-delivery.js';
import { DAY_MS, type SpecDatabase } from './spec-database.js';

const newId = (): string => uuidV7(Date.now(), randomBytes(10));
export const freshIds = (): FreshIds => ({ deliveryId: newId(), attemptId: newId(), salt: randomBytes(16) });

/** Deliveries that were given up an hour ago, without an attempt, in the order of their ids. */
export async function deadLetters(spec: SpecDatabase, count: number, more: Partial<NewDelivery> = {}): Promise<string[]> {
  const deliveries = Array.from({ length: count }, () => aDelivery(more));
  await spec.accept(...deliveries);
  const ids = deliveries.map(({ deliveryId }) => deliveryId).sort();
  await giveUp(spec, ids);
  return ids;
}

/** Ends queued deliveries as dead letters. */
export async function giveUp(spec: SpecDatabase, ids: readonly string[]): Promise<void> {
  await spec.rows(
    `with ended as (update deliveries set status = 'dead_letter', end_reason = 'retry_schedule_used_up', ended_at = now(), created_at = created_at - interval '1 hour'
      where delivery_id = any($1) returning delivery_id),
    told as (update delivery_recipients set outcome = 'abandoned' where delivery_id = any($1))
    delete from attempts where delivery_id = any($1)`,
    [ids],
  );
}

/** A plan that is not frozen yet. */
export async function planned(spec: SpecDatabase, more: Partial<NewResendPlan> = {}): Promise<string> {
  const planId = newId();
  await createResendPlan(spec.database, {
    planId,
    idempotencyKey: planId,
    fingerprint: Buffer.alloc(32, 1),
    operator: 'ada',
    filter: { status: ['dead_letter'] },
    includeResent: false,
    ratePerSecond: 1000,
    expiresAt: null,
    from: { email: 'robot@new.example', name: null },
    ...more,
  });
  return planId;
}

export async function freeze(database: Database, planId: string, chunk = 100): Promise<void> {
  while ((await freezeChunk(database, planId, { chunk }))?.next === 'more');
}

/** A plan that is frozen and started, with tokens for a second. */
export async function runningPlan(spec: SpecDatabase, more: Partial<NewResendPlan> = {}): Promise<string> {
  const planId = await planned(spec, more);
  await freeze(spec.database, planId);
  await setResendPlanStatus(spec.database, planId, 'running');
  await fillBuckets(spec);
  return planId;
}

/** As if a second had passed. */
export async function fillBuckets(spec: SpecDatabase): Promise<void> {
  await spec.rows(`update resend_plans set refilled_at = refilled_at - interval '1 second'`);
}

export function resendNext(database: Database, planId: string, more: Partial<ResendChunkOptions> = {}): Promise<ResendProgress | null> {
  return resendChunk(database, planId, { freshIds, idempotencyTtlMs: 7 * DAY_MS, limit: 100, ...more });
}

export async function planOf({ database }: SpecDatabase, planId: string): Promise<ResendPlan> {
  const plan = await readResendPlan(database, planId);
  if (plan === null) throw new Error(`no plan ${planId}`);
  return plan;
}

export const statusOf = async (spec: SpecDatabase, planId: string): Promise<ResendPlanStatus> => (await planOf(spec, planId)).status;
