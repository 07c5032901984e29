import type { Settlement } from '@mail/domain';
import type { LostAttempt } from '@mail/persistence';
import { failSpan, isTracing, startSpan } from '@mail/runtime';

/** Adds a lost attempt, which is settled now, to the trace of its delivery. */
export function traceRecovery(lost: LostAttempt, { attempt, next }: Settlement): void {
  if (!isTracing()) return;
  const span = startSpan('recover attempt', {
    parent: lost,
    startTime: lost.startedAt,
    attributes: {
      'mail.delivery.id': lost.deliveryId,
      'mail.attempt.id': lost.attemptId,
      'mail.attempt.number': lost.number,
      'mail.attempt.outcome': attempt.outcome,
      'mail.attempt.next': next.kind,
    },
  });
  failSpan(span, attempt.outcome);
  span.end();
}
