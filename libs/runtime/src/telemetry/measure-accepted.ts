import { PRIORITIES } from '@mail/domain';
import type { Acceptance } from '@mail/persistence';
import { counter, histogram } from './measure.js';

export type Accepted = Extract<Acceptance, { kind: 'accepted' }>;

/** `operator`: a resend, alone or of a plan, or the replay of a malformed command. */
export type Door = 'http' | 'stream' | 'operator';

/** Counts commands that were accepted, by one door, with the deliveries that ended by it; `tookMs`: how long it took. `null` while metrics are off. */
export function measureAccepted(door: Door): ((answer: Accepted, tookMs: number) => void) | null {
  const accepted = counter('mail.commands.accepted');
  if (accepted === null) return null;
  const replays = counter('mail.commands.replayed');
  const duration = histogram('mail.accept.duration');
  const ended = counter('mail.deliveries.ended');
  return ({ outcome, replayed, lane, superseded = [] }, tookMs) => {
    duration?.(tookMs / 1000, { door });
    if (replayed) return replays?.(1, { door });
    accepted(1, { door, outcome, lane: PRIORITIES[lane] ?? 'unknown' });
    if (outcome !== 'queued') ended?.(1, { status: outcome, reason: outcome === 'expired' ? 'expires_at_passed' : 'stub_mode' });
    for (const status of superseded) ended?.(1, { status, reason: 'superseded' });
  };
}
