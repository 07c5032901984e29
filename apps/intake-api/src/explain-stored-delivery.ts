import { explainDelivery, type ExplainPolicy } from '@mail/domain';
import { boundedTransaction, readExplained, type Database } from '@mail/persistence';
import type { MailConfig } from '@mail/runtime';
import type { ExplanationAnswer } from './openapi/answers/explanation.js';
import { ProblemError } from './problem.js';

/** The settings that decide, as this process has them: the same as the others', where one environment serves all. */
export function explainPolicy({ retry, smtp, scheduler }: MailConfig): ExplainPolicy {
  return {
    ...retry,
    staleAfterMs: smtp.timeoutMs + scheduler.claimMarginMs,
    pollIntervalMs: scheduler.pollIntervalMs,
    recoveryIntervalMs: scheduler.recoveryIntervalMs,
  };
}

/** Why a delivery is where it is. From the primary: a replica that trails would explain what is over. */
export function explainStoredDelivery(database: Database, policy: ExplainPolicy, timeoutMs: number) {
  return async (deliveryId: string): Promise<ExplanationAnswer> => {
    const read = await boundedTransaction(database, timeoutMs, (client) => readExplained(client, deliveryId));
    if (read === null) throw ProblemError.of('not_found', 'There is no such delivery.');
    const { facts, now, resend_of, resent_as } = read;
    return { ...explainDelivery(facts, policy, now), explained_at: now.toISOString(), resend_of, resent_as };
  };
}

export type ExplainStoredDelivery = ReturnType<typeof explainStoredDelivery>;
