import type { Cancellation } from '@mail/persistence';
import { counter, measureAccepted, type Accepted, type Door } from '@mail/runtime';

/** Has what `accept` answers measured. Costs nothing while metrics are off. */
export function measuringAcceptance<Given extends unknown[]>(door: Door, accept: (...given: Given) => Promise<Accepted>): typeof accept {
  const measure = measureAccepted(door);
  if (measure === null) return accept;
  return async (...given) => {
    const startedAtMs = performance.now();
    const answer = await accept(...given);
    measure(answer, performance.now() - startedAtMs);
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
