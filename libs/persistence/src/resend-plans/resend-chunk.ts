import { planObstacle, prepareResend, resendFingerprint, resendPlanScope, tally, type FreshIds, type PlanObstacle } from '@mail/domain';
import { acceptCandidates, type Acceptance, type Candidate } from '../accept-candidates.js';
import type { Database } from '../database.js';
import type { Runner } from '../statement.js';
import { NO_TRACE, type StoredTrace } from '../stored-trace.js';
import { readResendables, resendOriginalOf, type Resendable } from '../statements/read-resendable.js';
import {
  advanceRun,
  holdPendingItems,
  holdRunning,
  markResendItems,
  readResendSizes,
  type HeldRun,
  type TriedItem,
} from '../statements/run-resend-plan.js';

export interface ResendChunkOptions {
  readonly freshIds: () => FreshIds;
  readonly idempotencyTtlMs: number;
  /** Deliveries that are sent again in one transaction, at most: the plan's rate may allow fewer. */
  readonly limit: number;
  /** Hears which deliveries are tried, before anything can go wrong with them. */
  readonly onTry?: (deliveryIds: readonly string[]) => void;
  /** The trace that a resend is to be part of; by default none. */
  readonly traceOf?: (original: Resendable, plan: StoredTrace) => StoredTrace;
  /** Marks this one as failed instead, if it is the next: nothing else can be done with it. */
  readonly giveUp?: string | undefined;
}

export interface ResendProgress {
  readonly resent: number;
  readonly failed: number;
  readonly left: number;
  /** What was accepted, in any order. */
  readonly accepted: readonly AcceptedResend[];
  /** The rate allows the next one then, in ms from now; 0: now. */
  readonly nextInMs: number;
  /** All that is left is held by other transactions. */
  readonly held: boolean;
}

export type AcceptedResend = Extract<Acceptance, { kind: 'accepted' }> & { readonly resendOf: string };

/** Their contents are copied by way of this process: more than this is left to the next transaction, but for one. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/**
 * Sends the next deliveries of a plan again, as many as its rate allows now: each resend and the mark that it was made are one transaction,
 * so that whoever dies, none is lost and none made twice. What cannot be sent again any more is marked with why; what another transaction
 * holds is passed over, and tried later. `null`: another is at it, or the plan does not run.
 */
export function resendChunk(database: Database, planId: string, options: ResendChunkOptions): Promise<ResendProgress | null> {
  return database.transaction(async (client) => {
    const plan = await holdRunning(client, planId);
    if (plan === null) return null;
    const allowed = Math.min(options.limit, Math.floor(plan.available));
    const next = allowed < 1 ? [] : await holdPendingItems(client, planId, plan.run_to, allowed);
    const items = options.giveUp === undefined ? next : next.filter((id) => id === options.giveUp);
    const { tried, accepted } = items.length === 0 ? NOTHING : await tryItems(client, planId, plan, items, options);
    if (tried.length > 0 && (await markResendItems(client, planId, tried)) !== tried.length) {
      throw new Error(`a delivery of plan ${planId} was no longer pending`);
    }
    const obstacles = tried.flatMap(({ obstacle }) => obstacle ?? []);
    const resent = tried.length - obstacles.length;
    const tokens = plan.available - tried.length;
    const left = plan.left - tried.length;
    await advanceRun(client, planId, {
      tried: tried.map(({ deliveryId }) => deliveryId),
      resent,
      failed: obstacles.length,
      failures: tally(plan.failures, obstacles),
      tokens,
      countedAt: plan.counted_at,
      done: left === 0,
    });
    const nextInMs = Math.max(0, ((1 - tokens) / plan.rate_per_second) * 1000);
    return { resent, failed: obstacles.length, left, accepted, nextInMs, held: allowed >= 1 && tried.length === 0 && left > 0 };
  });
}

interface Tried {
  /** In the order of the items: what became of each. */
  readonly tried: readonly TriedItem[];
  readonly accepted: readonly AcceptedResend[];
}

const NOTHING: Tried = { tried: [], accepted: [] };

async function tryItems(
  client: Runner,
  planId: string,
  plan: HeldRun,
  items: readonly string[],
  { freshIds, idempotencyTtlMs, onTry, traceOf, giveUp }: ResendChunkOptions,
): Promise<Tried> {
  const failed = (deliveryId: string, obstacle: PlanObstacle): TriedItem => ({ deliveryId, resentAs: null, obstacle });
  if (giveUp !== undefined) return { tried: items.map((id) => failed(id, 'error')), accepted: [] };
  onTry?.(items);
  const ids = withinBytes(items, await readResendSizes(client, items));
  const originals = new Map((await readResendables(client, ids)).map((original) => [original.delivery_id, original]));
  const obstacles = new Map(ids.map((id) => [id, obstacleOf(originals.get(id), plan)]));
  const sound = [...originals.values()].filter(({ delivery_id }) => obstacles.get(delivery_id) === null);
  const answers = await acceptCandidates(
    client,
    sound.map((original) => candidateOf(original, planId, plan, freshIds(), traceOf?.(original, plan) ?? NO_TRACE)),
    idempotencyTtlMs,
  );
  const resends = new Map(sound.map(({ delivery_id }, index) => [delivery_id, answers[index]]));
  const tried = ids.map((deliveryId): TriedItem => {
    const answer = resends.get(deliveryId);
    if (answer?.kind === 'accepted') return { deliveryId, resentAs: answer.deliveryId, obstacle: null };
    return failed(deliveryId, obstacles.get(deliveryId) ?? 'error');
  });
  const accepted = [...resends].flatMap(([resendOf, answer]) => (answer?.kind === 'accepted' ? [{ ...answer, resendOf }] : []));
  return { tried, accepted };
}

function obstacleOf(original: Resendable | undefined, { new_expires_at, include_resent }: HeldRun): PlanObstacle | null {
  if (original === undefined) return 'gone';
  const { status, content_purged_at, is_expired, is_resent, recipients } = original;
  const facts = {
    status,
    isPurged: content_purged_at !== null,
    isExpired: is_expired,
    isResent: is_resent,
    hasRecipients: recipients?.some(({ outcome }) => status === 'sent' || outcome !== 'accepted') ?? false,
  };
  return planObstacle(facts, { newExpiry: new_expires_at !== null, includeResent: include_resent });
}

function candidateOf(original: Resendable, planId: string, plan: HeldRun, ids: FreshIds, trace: StoredTrace): Candidate {
  const { delivery_id, expires_at, is_expired } = original;
  const scope = resendPlanScope(planId);
  const fingerprint = resendFingerprint(delivery_id, null);
  const resend = prepareResend(
    resendOriginalOf(original),
    {
      idempotencyKey: delivery_id,
      expiresAt: (is_expired ? plan.new_expires_at : expires_at)?.toISOString() ?? null,
      requestedExpiresAt: null,
      from: { email: plan.from_email, name: plan.from_name },
      ...trace,
    },
    ids,
  );
  return {
    scope,
    idempotencyKey: delivery_id,
    preparation: { ok: true, delivery: { ...resend, scope } },
    matches: (key) => key.fingerprint.equals(fingerprint),
  };
}

/** As many as fit, and the first at least. */
function withinBytes(items: readonly string[], sizes: ReadonlyMap<string, number>): string[] {
  let sum = 0;
  return items.filter((id, index) => (sum += sizes.get(id) ?? 0) <= CHUNK_BYTES || index === 0);
}
