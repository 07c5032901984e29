import { PLAN_AGES, PLAN_OBSTACLES } from '@mail/domain';
import type { ResendPlan } from '@mail/persistence';
import type { ResendPlanAnswer } from '../openapi/answers/resend-plan.js';

type Counts = Readonly<Record<string, number>>;

/** A plan as it is answered. Counts are of what can be sent again; `''` among their names stands for none. */
export function resendPlanView(plan: ResendPlan): ResendPlanAnswer {
  const { counts, failures, now: _now, expires_at, created_at, frozen_at, started_at, ended_at, ...row } = plan;
  const { total, resendable, resent, failed } = row;
  const { by_template = {}, by_age = {}, by_last_outcome = {}, not_resendable = {} } = counts;
  return {
    plan_id: row.plan_id,
    status: row.status,
    end_reason: row.end_reason,
    operator: row.operator,
    idempotency_key: row.idempotency_key,
    filter: row.filter,
    include_resent: row.include_resent,
    rate_per_second: row.rate_per_second,
    expires_at: expires_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
    frozen_at: frozen_at?.toISOString() ?? null,
    started_at: started_at?.toISOString() ?? null,
    ended_at: ended_at?.toISOString() ?? null,
    eta_at: etaOf(plan)?.toISOString() ?? null,
    total,
    resendable,
    not_resendable: inOrder(not_resendable, PLAN_OBSTACLES),
    resent,
    failed,
    failed_by_reason: inOrder(failures, PLAN_OBSTACLES),
    pending: resendable - resent - failed,
    counts: {
      by_template: listed(by_template).map(([template_id, count]) => ({ template_id, count })),
      by_age: Object.entries(inOrder(by_age, PLAN_AGES)).map(([age, count]) => ({ age, count })),
      by_last_outcome: listed(by_last_outcome).map(([outcome, count]) => ({ outcome, count })),
    },
  };
}

/** When the last one is sent again, at the plan's rate; `null` while it does not run. */
function etaOf({ status, now, rate_per_second, resendable, resent, failed }: ResendPlan): Date | null {
  if (status !== 'running') return null;
  return new Date(now.getTime() + Math.ceil(((resendable - resent - failed) / rate_per_second) * 1000));
}

function inOrder(counts: Counts, order: readonly string[]): Counts {
  return Object.fromEntries(order.flatMap((name) => (counts[name] === undefined ? [] : [[name, counts[name]]])));
}

/** The most frequent first. */
function listed(counts: Counts): [name: string | null, count: number][] {
  const entries = Object.entries(counts).sort(([oneName, one], [otherName, other]) => other - one || (oneName < otherName ? -1 : 1));
  return entries.map(([name, count]) => [name === '' ? null : name, count]);
}
