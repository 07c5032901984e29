import { parsePeriod, type AcceptedWithin } from '@mail/domain';
import { listResendPlans, type ResendPlan } from '@mail/persistence';
import type { OperatorList } from '../operator-list.js';
import { resendPlanView } from '../resend-plans/resend-plan-view.js';

/** Bulk resends, and how far each has come. */
export const resendPlans: OperatorList<AcceptedWithin, ResendPlan> = {
  name: 'resend-plans',
  parse: parsePeriod,
  read: listResendPlans,
  placeOf: ({ created_at, plan_id }) => ({ at: created_at, id: plan_id }),
  show: (_, rows) => rows.map(resendPlanView),
};
