import { notifier } from '@mail/persistence';
import type { EntityDatabase } from '@mail/persistence/entities';
import { acceptanceTerms, type ProcessContext } from '@mail/runtime';
import { templateVersions } from '@mail/runtime/template-versions';
import type { TemplateCatalog } from '@mail/templates';
import { acceptTogether } from './accept-together.js';
import { adoptOnOrder } from './adopt-on-order.js';
import type { IntakeOptions } from './app.module.js';
import { cancelOnOrder } from './cancel-on-order.js';
import { explainPolicy, explainStoredDelivery } from './explain-stored-delivery.js';
import { measuringAcceptance, measuringCancellation } from './measure-acceptance.js';
import { replayMalformedCommand } from './replay-malformed-command.js';
import { resendDelivery } from './resend-delivery.js';
import { makeResendPlan } from './resend-plans/make-resend-plan.js';
import { actOnResendPlan } from './resend-plans/order-resend-plan.js';
import { submitCommand } from './submit-command.js';
import { viewContent } from './view-content.js';

/** What the endpoints of this process work with. */
export function intakeOptions({ config }: ProcessContext, database: EntityDatabase, catalog: TemplateCatalog): IntakeOptions {
  const { http, idempotencyTtlMs, maxCommandBytes, operatorRequestTimeoutMs, postgres, redis, smtp } = config;
  const terms = acceptanceTerms(config, catalog);
  const due = notifier(database, 'mail_due', postgres.notifyEnabled);
  const accept = acceptTogether({ database, due, idempotencyTtlMs, maxWaitingBytes: http.bodyMemoryBytes });
  // What an operator asks may take no longer than any statement may.
  const timeoutMs = Math.min(operatorRequestTimeoutMs, postgres.operationTimeoutMs);
  return {
    deliveries: {
      database,
      submit: measuringAcceptance('http', submitCommand(accept, terms)),
      resend: measuringAcceptance('operator', resendDelivery({ database, due, from: terms.from, idempotencyTtlMs, timeoutMs })),
      maxCommandBytes,
      operatorRequestTimeoutMs,
    },
    cancel: { cancel: measuringCancellation(cancelOnOrder(database, timeoutMs)), operatorRequestTimeoutMs },
    lists: { database, templates: catalog, smtpMode: smtp.mode, operatorRequestTimeoutMs },
    inspection: {
      explain: explainStoredDelivery(database, explainPolicy(config), timeoutMs),
      viewContent: viewContent(database, templateVersions(catalog, database), timeoutMs),
      operatorRequestTimeoutMs,
    },
    replay: {
      replay: measuringAcceptance(
        'operator',
        replayMalformedCommand({ database, due, terms, idempotencyTtlMs, maxCommandBytes, timeoutMs }),
      ),
      operatorRequestTimeoutMs,
    },
    resendPlans: {
      database,
      make: makeResendPlan({ database, from: terms.from, timeoutMs }),
      act: actOnResendPlan(database, timeoutMs),
      maxCommandBytes,
      operatorRequestTimeoutMs,
    },
    streamAdoption: {
      adopt: adoptOnOrder(database, timeoutMs, idempotencyTtlMs),
      stream: redis.commandStream,
      maxCommandBytes,
      operatorRequestTimeoutMs,
    },
    templates: { catalog, maxCommandBytes },
  };
}
