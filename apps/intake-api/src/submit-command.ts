import { randomBytes } from 'node:crypto';
import { isSameCommand, prepareDelivery, uuidV7, type AcceptanceTerms, type Submission } from '@mail/domain';
import type { Acceptance } from '@mail/persistence';
import type { AcceptTogether } from './accept-together.js';

export type SubmitCommand = (submission: Submission, bytes: number) => Promise<Extract<Acceptance, { kind: 'accepted' }>>;

/** Accepts one command of the HTTP door. Resolves once it is durable; a refusal is thrown. */
export function submitCommand(accept: AcceptTogether, terms: AcceptanceTerms): SubmitCommand {
  return (submission, bytes) => {
    const nowMs = Date.now();
    const ids = { deliveryId: uuidV7(nowMs, randomBytes(10)), attemptId: uuidV7(nowMs, randomBytes(10)), salt: randomBytes(16) };
    const { source: scope, idempotencyKey, command } = submission;
    return accept(
      { scope, idempotencyKey, preparation: prepareDelivery(submission, terms, ids), matches: (key) => isSameCommand(command, key) },
      bytes,
    );
  };
}
