import { isSameCommand, prepareDelivery, type AcceptanceTerms, type Submission } from '@mail/domain';
import type { Acceptance, Candidate } from '@mail/persistence';
import { freshIds } from '@mail/runtime';
import type { AcceptTogether } from './accept-together.js';
import { endAcceptanceTrace, partOf, traceSubmission } from './trace-acceptance.js';

export type SubmitCommand = (submission: Submission, bytes: number) => Promise<Extract<Acceptance, { kind: 'accepted' }>>;

/** Accepts one command of the HTTP door. Resolves once it is durable; a refusal is thrown. */
export function submitCommand(accept: AcceptTogether, terms: AcceptanceTerms): SubmitCommand {
  return (submission, bytes) => {
    const { source: scope, idempotencyKey, command } = submission;
    const span = traceSubmission(submission);
    const candidate: Candidate = {
      scope,
      idempotencyKey,
      preparation: prepareDelivery(partOf(span, submission), terms, freshIds()),
      matches: (key) => isSameCommand(command, key, terms.secretKeys),
    };
    const answer = accept(candidate, bytes);
    if (span !== null) void endAcceptanceTrace(span, answer, candidate);
    return answer;
  };
}
