import { isSameCommand, prepareDelivery, type AcceptanceTerms, type Submission } from '@mail/domain';
import type { Acceptance } from '@mail/persistence';
import { freshIds } from '@mail/runtime';
import type { AcceptTogether } from './accept-together.js';

export type SubmitCommand = (submission: Submission, bytes: number) => Promise<Extract<Acceptance, { kind: 'accepted' }>>;

/** Accepts one command of the HTTP door. Resolves once it is durable; a refusal is thrown. */
export function submitCommand(accept: AcceptTogether, terms: AcceptanceTerms): SubmitCommand {
  return (submission, bytes) => {
    const { source: scope, idempotencyKey, command } = submission;
    return accept(
      { scope, idempotencyKey, preparation: prepareDelivery(submission, terms, freshIds()), matches: (key) => isSameCommand(command, key) },
      bytes,
    );
  };
}
