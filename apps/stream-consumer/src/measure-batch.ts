import { PRIORITIES } from '@mail/domain';
import { counter, histogram } from '@mail/runtime';
import type { EntryEnd } from './trace-entries.js';

const door = 'stream';

export interface MeasuredEntry {
  readonly end: EntryEnd;
  readonly requestedAtMs: number | null;
}

/** Measures a batch that is durable. `null` while metrics are off. */
export function measureBatch(): ((entries: readonly MeasuredEntry[], tookMs: number) => void) | null {
  const accepted = counter('mail.commands.accepted');
  if (accepted === null) return null;
  const replays = counter('mail.commands.replayed');
  const refused = counter('mail.commands.refused');
  const duration = histogram('mail.accept.duration');
  const age = histogram('mail.command.age');
  const ended = counter('mail.deliveries.ended');
  return (entries, tookMs) => {
    const nowMs = Date.now();
    for (const { end, requestedAtMs } of entries) {
      if ('refusal' in end) {
        refused?.(1, { door, code: end.refusal.code });
        continue;
      }
      const { outcome, replayed, lane } = end.answer;
      duration?.(tookMs / 1000, { door });
      if (requestedAtMs !== null) age?.(Math.max(0, nowMs - requestedAtMs) / 1000, {});
      if (replayed) replays?.(1, { door });
      else accepted(1, { door, outcome, lane: PRIORITIES[lane] ?? 'unknown' });
      if (!replayed && outcome !== 'queued') {
        ended?.(1, { status: outcome, reason: outcome === 'expired' ? 'expires_at_passed' : 'stub_mode' });
      }
    }
  };
}
