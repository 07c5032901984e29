import type { Acceptance } from '@mail/persistence';
import type { FastifyReply } from 'fastify';
import type { AcceptanceAnswer } from './openapi/answers/acceptance.js';

/** What a caller is told of a command that was accepted, now or before. */
export function answerAcceptance(
  { deliveryId, outcome, replayed }: Pick<Extract<Acceptance, { kind: 'accepted' }>, 'deliveryId' | 'outcome' | 'replayed'>,
  reply: FastifyReply,
): AcceptanceAnswer {
  void reply.header('location', `/api/v1/internal/deliveries/${deliveryId}`);
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return { delivery_id: deliveryId, outcome };
}
