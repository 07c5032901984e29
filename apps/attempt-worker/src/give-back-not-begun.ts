import { givenBackDelayMs, openRecipients, type AttemptResult } from '@mail/domain';
import { giveBackAttempts, isDatabaseUnavailable, isLockedError, type Database, type TakenAttempt } from '@mail/persistence';
import { counter, failSpan, reasonOf, throughOutage, traceIdIn, type Logger } from '@mail/runtime';
import { SecretsNotOpenedError } from './open-attempt-secrets.js';
import type { NotBegun } from './perform-attempt.js';
import type { LateRecords } from './record-late-replies.js';

export interface GiveBackNotBegunOptions {
  readonly database: Database;
  readonly late: LateRecords;
  readonly logger: Logger;
}

const LONGEST_REASON = 500;

/**
 * Gives back attempts that a failure of ours kept from being begun (a template version that cannot be read, a defect): no attempt is
 * burnt, the token is void, and each is tried again later and later. In an outage of the database it is kept for as long as that takes;
 * should recovery have called it uncertain by then, that is corrected.
 */
export function giveBackNotBegun({ database, late, logger }: GiveBackNotBegunOptions): (notBegun: NotBegun) => Promise<void> {
  const counted = counter('mail.attempts.given_back', [{}]);
  return async ({ attempt, error, span }) => {
    const { attempt_id: attemptId, delivery_id: deliveryId, token } = attempt;
    // What is thrown may repeat what it was thrown over.
    const secret = attempt.secret_variables !== null;
    const reason = secret ? nameOf(error) : reasonOf(error).slice(0, LONGEST_REASON);
    const line = { attempt_id: attemptId, delivery_id: deliveryId, trace_id: traceIdIn(attempt.traceparent), number: attempt.number };
    logger.error(
      { event: 'attempt_not_begun', ...line, ...(secret ? { error: reason } : { err: error }) },
      'a failure of ours kept an attempt from being begun: it is given back',
    );
    counted?.(1, {});
    if (span !== null) {
      failSpan(span, 'not_begun');
      span.end();
    }
    const delayMs = givenBackDelayMs(ageMs(attempt), Math.random());
    const given = await throughOutage(() => giveBackAttempts(database, [{ attemptId, deliveryId, token, delayMs, error: reason }]), {
      isOutage: (outage) => isDatabaseUnavailable(outage) || isLockedError(outage),
      onRetry: (outage) => logger.warn({ event: 'give_back_failed', err: outage }, 'attempts that never started cannot be given back yet'),
    });
    if (given.length === 0) await late.record(attempt, nothingSent(attempt, reason));
  };
}

function ageMs({ started_at, created_at, deliver_at }: TakenAttempt): number {
  return Math.max(0, started_at.getTime() - Math.max(created_at.getTime(), deliver_at?.getTime() ?? 0));
}

function nothingSent({ recipients, on_uncertain }: TakenAttempt, error: string): AttemptResult {
  const open = openRecipients(recipients, on_uncertain);
  return {
    outcome: 'transport_failed',
    phase: 'render',
    reply: null,
    recipients: open.map(({ position }) => ({ position, answer: 'untried', reply: null })),
    finalDotSent: false,
    error,
  };
}

function nameOf(error: unknown): string {
  if (error instanceof SecretsNotOpenedError) return error.message;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return error instanceof Error ? `${error.name}${code}` : 'a failure of ours';
}
