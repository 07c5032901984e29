import { PRIORITIES } from '@mail/domain';
import type { Acceptance, Cancellation } from '@mail/persistence';
import { counter, histogram } from '@mail/runtime';

type Accepted = Extract<Acceptance, { kind: 'accepted' }>;

/** `operator`: a resend, or the replay of a malformed command. */
type Door = 'http' | 'operator';

/** Has what `accept` answers measured. Costs nothing while metrics are off. */
export function measuringAcceptance<Given extends unknown[]>(door: Door, accept: (...given: Given) => Promise<Accepted>): typeof accept {
  const accepted = counter('mail.commands.accepted');
  if (accepted === null) return accept;
  const replays = counter('mail.commands.replayed');
  const duration = histogram('mail.accept.duration');
  const ended = counter('mail.deliveries.ended');
  return async (...given) => {
    const startedAtMs = performance.now();
    const answer = await accept(...given);
    const { outcome, replayed, lane } = answer;
    duration?.((performance.now() - startedAtMs) / 1000, { door });
    if (replayed) replays?.(1, { door });
    else accepted(1, { door, outcome, lane: PRIORITIES[lane] ?? 'unknown' });
    if (!replayed && outcome !== 'queued') {
      ended?.(1, { status: outcome, reason: outcome === 'expired' ? 'expires_at_passed' : 'stub_mode' });
    }
    return answer;
  };
}

export function measuringCancellation<Order>(cancel: (order: Order) => Promise<Cancellation>): typeof cancel {
  const ended = counter('mail.deliveries.ended');
  if (ended === null) return cancel;
  return async (order) => {
    const cancellation = await cancel(order);
    ended(1, { status: cancellation.status, reason: cancellation.end_reason ?? 'unknown' });
    return cancellation;
  };
}

const DOORS = ['/api/v1/internal/deliveries', '/api/v1/internal/login-code-deliveries'];

/** Counts a refusal, where the request was one of the HTTP door. `null` while metrics are off. */
export function measureRefusals(): ((method: string, route: string | undefined, code: string) => void) | null {
  const refused = counter('mail.commands.refused');
  if (refused === null) return null;
  return (method, route, code) => {
    if (method === 'POST' && route !== undefined && DOORS.includes(route)) refused(1, { door: 'http', code });
  };
}
