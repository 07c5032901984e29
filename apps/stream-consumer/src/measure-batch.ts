import { counter, histogram, measureAccepted } from '@mail/runtime';
import type { EntryEnd } from './trace-entries.js';

const door = 'stream';

export interface MeasuredEntry {
  readonly end: EntryEnd;
  readonly requestedAtMs: number | null;
}

/** Measures a batch that is durable. `null` while metrics are off. */
export function measureBatch(): ((entries: readonly MeasuredEntry[], tookMs: number) => void) | null {
  const accepted = measureAccepted(door);
  if (accepted === null) return null;
  const refused = counter('mail.commands.refused');
  const age = histogram('mail.command.age');
  return (entries, tookMs) => {
    const nowMs = Date.now();
    for (const { end, requestedAtMs } of entries) {
      if ('refusal' in end) {
        refused?.(1, { door, code: end.refusal.code });
        continue;
      }
      accepted(end.answer, tookMs);
      if (requestedAtMs !== null) age?.(Math.max(0, nowMs - requestedAtMs) / 1000, {});
    }
  };
}
