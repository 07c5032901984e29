import { orderResendPlan, type ResendPlanAct } from '@mail/domain';
import {
  boundedTransaction,
  lockResendPlan,
  readResendPlan,
  recordOperatorAction,
  setResendPlanStatus,
  type Database,
  type ResendPlan,
} from '@mail/persistence';
import { newId, type TraceHeaders } from '@mail/runtime';
import { ProblemError } from '../problem.js';

/** The headers are those of the request: a run's resends are linked to it. */
export interface ActOnPlan extends TraceHeaders {
  readonly planId: string;
  readonly act: ResendPlanAct;
  readonly operator: string;
}

/**
 * Has a plan start (or go on), pause, or end, with the record of who asked for it in one transaction. It waits for the chunk that is under
 * way, so that once it is answered nothing more is sent.
 */
export function actOnResendPlan(database: Database, timeoutMs: number) {
  return async ({ planId, act, operator, ...trace }: ActOnPlan): Promise<ResendPlan> => {
    const plan = await boundedTransaction(database, timeoutMs, async (client) => {
      const status = await lockResendPlan(client, planId);
      if (status === null) return null;
      const ordered = orderResendPlan(status, act);
      if (ordered.kind === 'refused') throw ProblemError.of(ordered.code, ordered.detail);
      if (ordered.kind === 'becomes') await setResendPlanStatus(client, planId, ordered.status, trace);
      const now = await readResendPlan(client, planId);
      if (now !== null && ordered.kind === 'becomes') {
        const { resendable, resent, failed } = now;
        const detail = { plan_id: planId, was: status, resendable, resent, failed };
        await recordOperatorAction(client, { actionId: newId(), operator, action: `${act}_resend_plan`, deliveryIds: [], detail });
      }
      return now;
    });
    if (plan === null) throw ProblemError.of('not_found', 'There is no such plan.');
    return plan;
  };
}

export type ActOnResendPlan = ReturnType<typeof actOnResendPlan>;
