import { randomBytes } from 'node:crypto';
import { settleAttempt, uuidV7, type AttemptOutcome, type NewDelivery, type RecipientAnswer, type SettledResult } from '@mail/domain';
import type { Database } from '../src/database.js';
import { recordOutcomes, type Outcome, type Recorded } from '../src/record-outcomes.js';
import { claimDueAttempts } from '../src/statements/claim-due-attempts.js';
import type { StoredAttemptState } from '../src/statements/read-attempt-states.js';
import { takeAttempts, type TakenAttempt } from '../src/statements/take-attempts.js';
import type { SpecDatabase } from './spec-database.js';

/** Two waits: three attempts. */
export const POLICY = { scheduleMs: [60_000, 300_000], troubleLimitMs: 86_400_000, finalReplyTimeoutMs: 600_000 };
const REPLIES = { accepted: [250, 'ok'], transient: [450, 'later'], permanent: [550, 'no'] } as const;

/** Claims all that is due. */
export async function claimAll(database: Database): Promise<void> {
  await claimDueAttempts(database, [1000, 1000, 1000], false);
}

/** Accepts a delivery, claims and takes its attempt. */
export async function started(spec: SpecDatabase, more: Partial<NewDelivery> = {}): Promise<TakenAttempt> {
  const { deliveryId } = await spec.accepted(more);
  return retaken(spec, deliveryId);
}

/** Makes the delivery's scheduled attempt due, claims and takes it. The column keeps milliseconds: `now()` could be rounded to a time to come. */
export async function retaken(spec: SpecDatabase, deliveryId: string): Promise<TakenAttempt> {
  await spec.rows(`update attempts set scheduled_at = date_trunc('milliseconds', now()) where delivery_id = $1 and status = 'scheduled'`, [
    deliveryId,
  ]);
  await claimAll(spec.database);
  const taken = (await takeAttempts(spec.database, 1000, 'worker-1')).find(({ delivery_id }) => delivery_id === deliveryId);
  if (taken === undefined) throw new Error(`no attempt of ${deliveryId} was there to take`);
  return taken;
}

/** What SMTP said: one answer a recipient, by position; `null` for one that was not asked. */
export function smtpSaid(outcome: AttemptOutcome, ...answers: (RecipientAnswer | null)[]): SettledResult {
  const replyTo = (answer: RecipientAnswer) => {
    if (answer === 'uncertain' || answer === 'untried' || answer === 'trouble') return null;
    const [code, text] = REPLIES[answer];
    return { code, enhanced: `${Math.floor(code / 100)}.1.1`, text };
  };
  const recipients = answers.flatMap((answer, position) => (answer === null ? [] : [{ position, answer, reply: replyTo(answer) }]));
  return { outcome, phase: 'final', reply: recipients[0]?.reply ?? null, error: null, recipients };
}

export const ACCEPTED = smtpSaid('provider_accepted', 'accepted');
export const PUT_OFF = smtpSaid('transient_rejected', 'transient');
export const REFUSED = smtpSaid('permanent_rejected', 'permanent');
export const UNCERTAIN = smtpSaid('uncertain', 'uncertain');

/** The facts that the worker knows from its take. */
export function stateOf(taken: TakenAttempt): StoredAttemptState {
  return {
    attemptId: taken.attempt_id,
    deliveryId: taken.delivery_id,
    token: taken.token,
    revision: taken.revision,
    number: taken.number,
    schedulePosition: taken.schedule_position,
    troubleSince: taken.trouble_since,
    urgent: taken.lane === 0,
    late: false,
    deliveryStatus: 'queued',
    onUncertain: taken.on_uncertain,
    expiresAt: taken.expires_at,
    superseded: taken.superseded,
    otherUncertainAttempts: 0,
    recipients: taken.recipients,
    now: taken.started_at,
  };
}

export function outcomeOf(state: StoredAttemptState, result: SettledResult): Outcome {
  return {
    state,
    retryAttemptId: uuidV7(Date.now(), randomBytes(10)),
    settle: (facts) => settleAttempt(result, facts, POLICY, facts.now, 0.5),
  };
}

/** Writes what SMTP said to the taken attempt, as its worker would: again while another holds the delivery. `null`: its token is void. */
export async function record(database: Database, taken: TakenAttempt, result: SettledResult): Promise<Recorded['settlement']> {
  for (;;) {
    const [recorded] = await recordOutcomes(database, [outcomeOf(stateOf(taken), result)], { late: 'settle' });
    if (recorded?.locked !== true) return recorded?.settlement ?? null;
  }
}
