import type { ExplainFacts } from './explain-facts.js';
import type { ExplainedAction, ToldSituation } from './explanation.js';

const HOW_TO_CHECK: Readonly<Record<NonNullable<ToldSituation['check']>, string>> = {
  check_scheduler: 'See that a scheduler runs, and what it logs (turn_failed); then that workers take what it claims.',
  check_workers: 'See that attempt-workers run, and what they log; more of them, or a higher MAIL_ATTEMPT_WORKER_CONCURRENCY, take more.',
  check_provider:
    'See what the mail server answers (GET /deliveries/{id}/attempts), and that MAIL_SMTP_ADDR, MAIL_SMTP_USERNAME and MAIL_SMTP_PASSWORD are what it wants.',
  report_defect: 'Look for the log event unaccounted of the scheduler, and report it with this delivery_id.',
};

/** What can be done about a delivery, and why not what cannot. */
export function explainActions(facts: ExplainFacts, check: ToldSituation['check'], now: Date): ExplainedAction[] {
  const path = `/api/v1/internal/deliveries/${facts.delivery_id}`;
  const checks = check === undefined ? [] : [{ action: check, how: HOW_TO_CHECK[check], why_not: null }];
  return [
    ...checks,
    { action: 'cancel', how: `POST ${path}/cancel`, why_not: whyNotCancel(facts) },
    { action: 'resend', how: `POST ${path}/resend, with an Idempotency-Key${newExpiry(facts, now)}`, why_not: whyNotResend(facts) },
  ];
}

function newExpiry({ expires_at }: ExplainFacts, now: Date): string {
  return expires_at !== null && expires_at <= now ? ' and a new expires_at in the body, since its own has passed' : '';
}

function whyNotCancel({ status, attempts }: ExplainFacts): string | null {
  if (status !== 'queued') return 'It has ended.';
  const live = attempts.find((attempt) => attempt.status !== 'ended');
  if (live === undefined) return 'There is no attempt that could be stopped.';
  return live.status === 'in_progress' ? 'An attempt is in progress: its mail may be out at any moment.' : null;
}

function whyNotResend({ status, content_purged_at }: ExplainFacts): string | null {
  if (status === 'queued') return 'It has not ended.';
  return content_purged_at === null
    ? null
    : 'Its content held a secret, which was wiped when it ended. Have the caller send a new command.';
}
