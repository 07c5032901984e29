import {
  MAX_PLAN_DELIVERIES,
  parseResendPlanFilter,
  resendPlanFingerprint,
  validationFailed,
  type AcceptanceTerms,
  type ResendPlanRequest,
} from '@mail/domain';
import {
  boundedTransaction,
  countDeliveries,
  createResendPlan,
  isReadTimeout,
  readResendPlan,
  readResendPlanKey,
  recordOperatorAction,
  type Database,
  type ResendPlan,
  type Runner,
} from '@mail/persistence';
import { newId } from '@mail/runtime';
import { ProblemError } from '../problem.js';

export interface MakeResendPlanOptions {
  readonly database: Database;
  /** Whom the resends are from: fixed with the plan, since it is other processes that send them. */
  readonly from: AcceptanceTerms['from'];
  /** Bound on each statement, in ms. */
  readonly timeoutMs: number;
}

export interface PlanOrder {
  readonly request: ResendPlanRequest;
  readonly idempotencyKey: string;
  readonly operator: string;
}

export interface MadePlan {
  readonly plan: ResendPlan;
  readonly replayed: boolean;
}

/**
 * Writes down a plan, whose set the schedulers freeze: so it is never stuck, whoever dies. With the record of who asked for it in one
 * transaction; the same key again finds the same plan, as it stands now.
 */
export function makeResendPlan({ database, from, timeoutMs }: MakeResendPlanOptions) {
  return async ({ request, idempotencyKey, operator }: PlanOrder): Promise<MadePlan> => {
    const fingerprint = resendPlanFingerprint(request);
    const find = (): Promise<ResendPlan | null> =>
      boundedTransaction(database, timeoutMs, (client) => knownPlan(client, idempotencyKey, fingerprint));
    const known = await find();
    if (known !== null) return { plan: known, replayed: true };
    refusePastExpiry(request);
    await refuseTooMany(database, request, timeoutMs);
    const planId = newId();
    const made = await boundedTransaction(database, timeoutMs, async (client) => {
      if (!(await createResendPlan(client, { ...request, planId, idempotencyKey, fingerprint, operator, from }))) return null;
      const { filter, ratePerSecond: rate_per_second, includeResent: include_resent, expiresAt: expires_at } = request;
      const detail = { plan_id: planId, filter, rate_per_second, include_resent, expires_at };
      await recordOperatorAction(client, { actionId: newId(), operator, action: 'create_resend_plan', deliveryIds: [], detail });
      return readResendPlan(client, planId);
    });
    // Another request with the key was quicker.
    const plan = made ?? (await find());
    if (plan === null) throw new Error('a plan whose key is taken is there');
    return { plan, replayed: made === null };
  };
}

async function knownPlan(client: Runner, idempotencyKey: string, fingerprint: Buffer): Promise<ResendPlan | null> {
  const known = await readResendPlanKey(client, idempotencyKey);
  if (known === null) return null;
  if (!known.fingerprint.equals(fingerprint)) {
    throw ProblemError.of('idempotency_conflict', 'The idempotency key was used before, for another plan. Use a new key for a new plan.');
  }
  return readResendPlan(client, known.plan_id);
}

function refusePastExpiry({ expiresAt }: ResendPlanRequest): void {
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) refuse('/expires_at', 'must be a time to come');
}

/** Where it cannot be counted in the time there is, freezing finds out: a plan that is too large ends as `too_many_deliveries` then. */
async function refuseTooMany(database: Database, { filter }: ResendPlanRequest, timeoutMs: number): Promise<void> {
  const parsed = parseResendPlanFilter(filter);
  if (!parsed.ok) throw new ProblemError(parsed.refusal);
  const { listed } = parsed.filter;
  const counting = database.read(Math.ceil(timeoutMs / 2), (reader) => countDeliveries(reader, listed, MAX_PLAN_DELIVERIES + 1));
  const count = await counting.catch((error: unknown) => {
    if (isReadTimeout(error)) return null;
    throw error;
  });
  if (count !== null && count > MAX_PLAN_DELIVERIES) {
    refuse(
      '',
      `names more than ${MAX_PLAN_DELIVERIES} deliveries, which is the most of one plan: narrow it, by created_from and created_to`,
    );
  }
}

function refuse(pointer: string, detail: string): never {
  throw new ProblemError(validationFailed([{ pointer, detail }]));
}

export type MakeResendPlan = ReturnType<typeof makeResendPlan>;
