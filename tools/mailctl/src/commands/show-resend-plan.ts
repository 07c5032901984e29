import type { ResendPlan } from '@mail/client';
import type { Context } from '../context.js';
import { timeWithAge } from '../output/age.js';
import { fields } from '../output/table.js';

type Entry = readonly [string, string | number | undefined];

const counts = (title: string, named: readonly (readonly [string | null, number])[]): Entry[] =>
  named.length === 0 ? [] : [[title, named.map(([name, count]) => `${name ?? '(none)'} ${count}`).join(', ')]];

/** How far a plan has come, on one line. */
export function progressLine({ status, resendable, resent, failed, eta_at }: ResendPlan, now: number): string {
  const eta = eta_at === null ? '' : `; done ${timeWithAge(eta_at, now)}`;
  return `${status}: ${resent + failed} of ${resendable}, ${resent} sent again, ${failed} not${eta}`;
}

/** All of a plan. */
export function resendPlanText(plan: ResendPlan, { screen, now }: Context): string {
  const time = (at: string | null): string | undefined => (at === null ? undefined : timeWithAge(at, now()));
  const { by_template, by_age, by_last_outcome } = plan.counts;
  return fields(
    [
      ['plan', plan.plan_id],
      ['status', plan.end_reason === null ? plan.status : `${plan.status} (${plan.end_reason})`],
      ['operator', plan.operator],
      ['filter', JSON.stringify(plan.filter)],
      ['rate', `${plan.rate_per_second}/s`],
      ['new expiry', time(plan.expires_at)],
      ['deliveries', plan.total],
      ['to send again', plan.resendable],
      ...counts(
        'by template',
        by_template.map(({ template_id, count }) => [template_id, count] as const),
      ),
      ...counts(
        'by age',
        by_age.map(({ age, count }) => [age, count] as const),
      ),
      ...counts(
        'by last outcome',
        by_last_outcome.map(({ outcome, count }) => [outcome, count] as const),
      ),
      ...counts('left out', Object.entries(plan.not_resendable)),
      ['sent again', plan.resent],
      ...counts('could not be', Object.entries(plan.failed_by_reason)),
      ['pending', plan.pending],
      ['created', time(plan.created_at)],
      ['frozen', time(plan.frozen_at)],
      ['started', time(plan.started_at)],
      ['done', time(plan.eta_at)],
      ['ended', time(plan.ended_at)],
    ],
    screen.paint,
  );
}
