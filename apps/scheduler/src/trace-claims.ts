import { PRIORITIES } from '@mail/domain';
import type { ClaimedTrace, LaneClaims, PerLane } from '@mail/persistence';
import { spanContextOf, startSpan } from '@mail/runtime';

/** Adds each claim to the trace of its delivery, from the time it was due; and the statement, linked to all of them. */
export function traceClaims(lanes: PerLane<LaneClaims & { readonly traces: readonly ClaimedTrace[] }>, startedAt: Date): void {
  const claims = lanes.flatMap(({ traces }, lane) => traces.map((claim) => ({ ...claim, lane })));
  if (claims.length === 0) return;
  for (const claim of claims) {
    startSpan('claim delivery', {
      parent: claim,
      startTime: new Date(claim.scheduled_at),
      attributes: {
        'mail.delivery.id': claim.delivery_id,
        'mail.attempt.id': claim.attempt_id,
        'mail.attempt.number': claim.number,
        'mail.lane': PRIORITIES[claim.lane],
        'mail.template.id': claim.template_id,
      },
    }).end(new Date(claim.claimed_at));
  }
  startSpan('claim batch', {
    startTime: startedAt,
    links: claims.flatMap((claim) => spanContextOf(claim) ?? []),
    attributes: { 'messaging.batch.message_count': claims.length },
  }).end();
}
