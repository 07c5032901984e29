import { PRIORITIES, SMTP_PHASES, type Settlement, type SmtpPhase } from '@mail/domain';
import type { Recorded } from '@mail/persistence';
import { counter, histogram } from '@mail/runtime';
import type { PerformedAttempt } from './perform-attempt.js';

const ofPhase = Object.fromEntries(SMTP_PHASES.map((phase) => [phase, { phase }])) as Readonly<Record<SmtpPhase, { phase: SmtpPhase }>>;

export type MeasureAttempt =
  ((performed: PerformedAttempt, settlement: Settlement, ended: Recorded['ended'], recordedMs: number) => void) | null;

/** Measures attempts whose outcome is written; `recordedMs`: how long that took. `null` while metrics are off. */
export function measureAttempts(): MeasureAttempt {
  const attempts = counter('mail.attempts.ended');
  if (attempts === null) return null;
  const duration = histogram('mail.attempt.duration');
  const stages = histogram('mail.attempt.stage.duration');
  const dialogue = histogram('mail.smtp.phase.duration');
  const inPhase = (phase: SmtpPhase, _enteredAtMs: number, tookMs: number): void => dialogue?.(tookMs / 1000, ofPhase[phase]);
  const latency = histogram('mail.delivery.latency');
  const deliveries = counter('mail.deliveries.ended', [
    { status: 'sent', reason: 'provider_accepted' },
    { status: 'dead_letter', reason: 'retry_schedule_used_up' },
  ]);
  const corrected = counter('mail.deliveries.corrected', [{}]);
  return ({ attempt, result, tookMs, renderedMs, phases }, { next }, ended, recordedMs) => {
    const lane = PRIORITIES[attempt.lane] ?? 'unknown';
    const template_id = attempt.template_id ?? '';
    attempts(1, { lane, outcome: result.outcome, template_id });
    duration?.(tookMs / 1000, { outcome: result.outcome, phase: result.phase });
    stages?.(renderedMs / 1000, { stage: 'render' });
    stages?.((tookMs - renderedMs) / 1000, { stage: 'send' });
    stages?.(recordedMs / 1000, { stage: 'record' });
    phases?.forEach(inPhase);
    if (result.outcome === 'provider_accepted') {
      // The server's clock, as far as it can be known here: the attempt's start, and how long ago that was.
      const handedOverMs = attempt.started_at.getTime() + tookMs;
      const from = Math.max(attempt.created_at.getTime(), attempt.deliver_at?.getTime() ?? 0);
      latency?.(Math.max(0, handedOverMs - from) / 1000, { lane, template_id });
    }
    if (next.kind !== 'end') return;
    if (ended === 'first') deliveries?.(1, { status: next.status, reason: next.reason });
    if (ended === 'again') corrected?.(1, {});
  };
}
