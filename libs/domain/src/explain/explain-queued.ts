import { formatDuration } from '../duration.js';
import type { ExplainedAttempt, ExplainFacts, ExplainPolicy } from './explain-facts.js';
import type { ToldSituation } from './explanation.js';
import { outcomeInWords, recipientsInWords, sentences, span } from './in-words.js';

/** Past this, a due attempt that nothing is ahead of should have been claimed: some turns of the scheduler, and its longest back-off. */
const LATE_MS = 10_000;

/** Why a delivery that has not ended has not been sent. */
export function explainQueued(facts: ExplainFacts, policy: ExplainPolicy, now: Date): ToldSituation {
  const live = facts.attempts.find(({ status }) => status !== 'ended');
  if (live === undefined) return STUCK;
  if (live.status === 'in_progress') return inProgress(live, facts, policy, now);
  if (facts.expires_at !== null && facts.expires_at <= now) return pastItsExpiry(facts.expires_at, policy, now);
  if (live.status === 'claimed') return claimed(live, facts, policy, now);
  if (live.scheduled_at <= now) return due(live, facts, policy, now);
  if (live.error !== null) return givenBack(live, live.error, facts, now);
  const last = facts.attempts.findLast(({ status, outcome }) => status === 'ended' && outcome !== 'cancelled');
  if (last === undefined) return notDueYet(live, facts, now);
  const { trouble_since } = live;
  return trouble_since === null
    ? waitingToRetry(live, last, facts, policy, now)
    : inTrouble({ ...live, trouble_since }, last, facts, policy, now);
}

const STUCK: ToldSituation = {
  situation: 'stuck',
  summary: 'It has not ended, and has no attempt that will move it: that must never be, and is a defect of the service.',
  waits_for: 'somebody who mends it',
  rule: 'Each delivery that is queued has exactly one attempt that has not ended. The scheduler counts the breach in mail.unaccounted, as attempt_missing.',
  next: { what: 'Nothing, by itself.', at: null },
  check: 'report_defect',
};

/** `attempt 2 of 6`; where trouble has made more attempts than the schedule counts: `attempt 9 (try 2 of 6)`. */
const ofSchedule = ({ number, schedule_position: position }: ExplainedAttempt, { scheduleMs }: ExplainPolicy): string => {
  const all = scheduleMs.length + 1;
  return number === position ? `${number} of ${all}` : `${number} (try ${position} of ${all})`;
};
const iso = (time: Date | number): string => new Date(time).toISOString();
const superseded = ({ superseded_by }: ExplainFacts): string =>
  superseded_by === null ? '' : `The newer delivery ${superseded_by} supersedes it: it is not tried again after this attempt.`;

function notDueYet({ scheduled_at }: ExplainedAttempt, { deliver_at, expires_at }: ExplainFacts, now: Date): ToldSituation {
  const at = iso(scheduled_at);
  const expiresFirst = expires_at !== null && expires_at <= scheduled_at;
  return {
    situation: 'not_due_yet',
    summary: `It is not to be sent before ${at}, which is in ${span(scheduled_at.getTime() - now.getTime())}.`,
    waits_for: `its time, ${at}`,
    rule: deliver_at === null ? 'An attempt is not claimed before its scheduled_at.' : 'deliver_at of the command: never sent before.',
    next: expiresFirst
      ? { what: 'It ends as expired: its expires_at comes before that.', at: iso(expires_at) }
      : { what: 'The scheduler claims attempt 1, and a worker sends it.', at },
  };
}

function waitingToRetry(
  live: ExplainedAttempt,
  last: ExplainedAttempt,
  facts: ExplainFacts,
  policy: ExplainPolicy,
  now: Date,
): ToldSituation {
  const { number, scheduled_at } = live;
  const at = iso(scheduled_at);
  const waitMs = policy.scheduleMs[live.schedule_position - 2];
  const wait = waitMs === undefined ? '' : ` (${formatDuration(waitMs)} ± 20 % before attempt ${number})`;
  const uncertain =
    last.outcome === 'uncertain' ? 'on_uncertain is retry: the mail may be out already, and goes out once more, as the same bytes. ' : '';
  const waitedMs = scheduled_at.getTime() - (last.finished_at ?? now).getTime();
  const listening =
    last.phase === 'final' && facts.recipients.some(({ outcome }) => outcome === 'uncertain') && waitedMs >= policy.finalReplyTimeoutMs
      ? ` It is not tried again before MAIL_SMTP_FINAL_REPLY_TIMEOUT (${formatDuration(policy.finalReplyTimeoutMs)}) has passed: a reply that comes late makes it needless.`
      : '';
  return {
    situation: 'waiting_to_retry',
    summary: sentences(
      `Attempt ${last.number} ended as ${outcomeInWords(last)}; attempt ${ofSchedule(live, policy)} is due in ${span(scheduled_at.getTime() - now.getTime())}.`,
      recipientsInWords(facts),
      superseded(facts),
    ),
    waits_for: `its time, ${at}`,
    rule: `${uncertain}MAIL_RETRY_SCHEDULE${wait}, for the recipients still open.${listening}`,
    next: { what: `The scheduler claims attempt ${number}, and a worker sends it.`, at },
  };
}

function inTrouble(
  live: ExplainedAttempt & { readonly trouble_since: Date },
  last: ExplainedAttempt,
  facts: ExplainFacts,
  policy: ExplainPolicy,
  now: Date,
): ToldSituation {
  const { number, scheduled_at, trouble_since } = live;
  const at = iso(scheduled_at);
  const limit = iso(trouble_since.getTime() + policy.troubleLimitMs);
  return {
    situation: 'waiting_to_retry',
    summary: sentences(
      `Attempt ${last.number} met trouble with the provider, which is not the mail's fault: ${outcomeInWords(last)}. Attempt ${ofSchedule(live, policy)} is due in ${span(scheduled_at.getTime() - now.getTime())}.`,
      recipientsInWords(facts),
      superseded(facts),
    ),
    waits_for: `its time, ${at}, and a provider that takes mail again`,
    rule: `Provider trouble uses up none of MAIL_RETRY_SCHEDULE. It has met nothing else since ${iso(trouble_since)}; past MAIL_PROVIDER_TROUBLE_LIMIT (${formatDuration(policy.troubleLimitMs)}), at ${limit}, it is a dead letter.`,
    next: { what: `The scheduler claims attempt ${number}, and a worker sends it.`, at },
    check: 'check_provider',
  };
}

function givenBack({ number, scheduled_at }: ExplainedAttempt, error: string, facts: ExplainFacts, now: Date): ToldSituation {
  const at = iso(scheduled_at);
  return {
    situation: 'not_begun',
    summary: sentences(
      `Attempt ${number} could not be begun, by a failure of ours: "${error}". It was given back, and is due in ${span(scheduled_at.getTime() - now.getTime())}.`,
      recipientsInWords(facts),
      superseded(facts),
    ),
    waits_for: `its time, ${at}`,
    rule: 'A failure of ours before the first byte is no attempt: it uses up none of MAIL_RETRY_SCHEDULE, and is tried again after 1s to 5m.',
    next: { what: `The scheduler claims attempt ${number}, and a worker sends it.`, at },
    check: 'check_workers',
  };
}

function due(live: ExplainedAttempt, facts: ExplainFacts, { pollIntervalMs }: ExplainPolicy, now: Date): ToldSituation {
  const { priority, due_ahead } = facts;
  const lateMs = now.getTime() - live.scheduled_at.getTime();
  const ahead = `${due_ahead.count}${due_ahead.capped ? '+' : ''}`;
  const overdue = lateMs > LATE_MS && due_ahead.count === 0;
  const queue =
    due_ahead.count === 0 ? 'nothing of its lane is ahead of it' : `${ahead} due attempts of the lane ${priority} are ahead of it`;
  return {
    situation: 'due',
    summary: sentences(
      `Attempt ${live.number} is due since ${span(lateMs)} and not claimed yet; ${queue}.`,
      overdue ? 'No scheduler seems to be claiming, or no worker to be taking what is claimed.' : '',
      recipientsInWords(facts),
      superseded(facts),
    ),
    waits_for: 'the scheduler, which claims as much as workers take',
    rule: 'Due attempts are claimed by lane (high, normal, bulk), in each the oldest first, up to MAIL_SCHEDULER_CLAIM_WINDOW that wait for a worker.',
    next: {
      what: 'The scheduler claims it.',
      at: overdue || due_ahead.count > 0 ? null : iso(now.getTime() + pollIntervalMs),
    },
    ...(overdue ? { check: 'check_scheduler' } : {}),
  };
}

function claimed(live: ExplainedAttempt, facts: ExplainFacts, policy: ExplainPolicy, now: Date): ToldSituation {
  const claimedAt = live.claimed_at ?? now;
  const waitedMs = now.getTime() - claimedAt.getTime();
  const stale = waitedMs >= policy.staleAfterMs;
  return {
    situation: 'claimed',
    summary: sentences(
      `Attempt ${live.number} was claimed ${span(waitedMs)} ago, and no worker has taken it yet.`,
      waitedMs > LATE_MS ? 'No worker seems to be free, or none is running.' : '',
      recipientsInWords(facts),
      superseded(facts),
    ),
    waits_for: 'a free worker',
    rule: `A claim that no worker takes within MAIL_SMTP_TIMEOUT and MAIL_SCHEDULER_CLAIM_MARGIN (${formatDuration(policy.staleAfterMs)}) goes back to the schedule, and burns no attempt.`,
    next: {
      what: 'A worker takes and sends it; else the scheduler gives the claim back.',
      at: iso(stale ? now.getTime() + policy.recoveryIntervalMs : claimedAt.getTime() + policy.staleAfterMs),
    },
    ...(waitedMs > LATE_MS ? { check: 'check_workers' } : {}),
  };
}

function inProgress(live: ExplainedAttempt, facts: ExplainFacts, policy: ExplainPolicy, now: Date): ToldSituation {
  const startedAt = live.started_at ?? now;
  const lostAtMs = startedAt.getTime() + policy.staleAfterMs;
  const lost = lostAtMs <= now.getTime();
  const since = `Attempt ${ofSchedule(live, policy)} is in progress since ${iso(startedAt)} (${span(now.getTime() - startedAt.getTime())})`;
  const bound = `MAIL_SMTP_TIMEOUT and MAIL_SCHEDULER_CLAIM_MARGIN (${formatDuration(policy.staleAfterMs)})`;
  return {
    situation: lost ? 'lost_in_progress' : 'in_progress',
    summary: sentences(
      `${since}, by the worker ${live.worker_id ?? 'unknown'}${lost ? ', which is taken for lost' : ''}.`,
      recipientsInWords(facts),
      superseded(facts),
    ),
    waits_for: lost ? 'the scheduler, which settles what is lost' : 'what the mail server answers',
    rule: `An attempt in progress for longer than ${bound} is taken for lost: whether its mail is out, nobody knows.`,
    next: {
      what: lost
        ? `It ends as uncertain, and on_uncertain (${facts.on_uncertain}) decides.`
        : 'The worker records the outcome; else the attempt is taken for lost, and ends as uncertain.',
      at: iso(lost ? now.getTime() + policy.recoveryIntervalMs : lostAtMs),
    },
    ...(lost ? { check: 'check_workers' } : {}),
  };
}

function pastItsExpiry(expiresAt: Date, { pollIntervalMs }: ExplainPolicy, now: Date): ToldSituation {
  return {
    situation: 'past_its_expiry',
    summary: `Its expires_at, ${iso(expiresAt)}, has passed: it is not sent any more.`,
    waits_for: 'the scheduler, which ends it',
    rule: 'expires_at of the command: never sent after.',
    next: { what: 'It ends as expired; as uncertain, where its mail may be out.', at: iso(now.getTime() + pollIntervalMs) },
    ...(now.getTime() - expiresAt.getTime() > LATE_MS ? { check: 'check_scheduler' } : {}),
  };
}
