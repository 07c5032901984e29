import { giveBackUnstarted, openDatabase, readLatelyMet, subscribe } from '@mail/persistence';
import { smtpProvider, stubProvider } from '@mail/provider';
import { gauge, loop, type ProcessContext, type RunningProcess } from '@mail/runtime';
import { nestLogger } from '@mail/runtime/nest';
import { connectPostgres } from '@mail/runtime/postgres';
import { observeStuckRows } from '@mail/runtime/stuck-rows';
import { templateVersions } from '@mail/runtime/template-versions';
import { loadTemplates } from '@mail/runtime/templates';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { AppModule } from './app.module.js';
import { traceSendingTo } from './attempt-trace.js';
import { ClaimedAttemptsStrategy } from './claimed-attempts.strategy.js';
import { giveBackNotBegun } from './give-back-not-begun.js';
import { recordAttempts } from './record-attempts.js';
import { recordLateReplies } from './record-late-replies.js';

/** How often claimed attempts are looked for when no notification tells of them. */
const POLL_INTERVAL_MS = 100;

/** Past the server's bound on a statement: for its commit, and for the way. */
const STATEMENT_SLACK_MS = 1000;

/** The part of MAIL_SHUTDOWN_TIMEOUT for which a stop waits for overdue replies. */
const LISTENS_FOR = 0.5;

/** "The same minutes": how far back others' successes count when a refusal to relay is judged. */
const SAME_MINUTES_MS = 300_000;

export async function boot(context: ProcessContext): Promise<RunningProcess> {
  const { config, logger, heartbeat, workerId } = context;
  const { smtp, postgres, app: name } = config;
  const database = await connectPostgres(context, openDatabase);
  const catalog = await loadTemplates(context, database);
  const provider =
    smtp.mode === 'smtp' ? smtpProvider({ ...smtp, ...config.retry, maxConnections: config.workerConcurrency }) : stubProvider();
  if (smtp.mode === 'smtp') traceSendingTo(smtp.host, smtp.port);
  const records = recordAttempts({ database, workerId, policy: config.retry, logger });
  const late = recordLateReplies({ database, policy: config.retry, logger });
  const giveBack = giveBackNotBegun({ database, late, logger });
  const strategy = new ClaimedAttemptsStrategy({
    records,
    giveBack: (known) =>
      giveBackUnstarted(database, workerId, known, (attempt_id, error) =>
        logger.warn({ event: 'give_back_failed', attempt_id, err: error }, 'an attempt that never started cannot be given back'),
      ),
    statementMs: postgres.operationTimeoutMs + STATEMENT_SLACK_MS,
    concurrency: config.workerConcurrency,
    pollIntervalMs: POLL_INTERVAL_MS,
    startLoop: (turn) => loop({ name: 'take attempts', intervalMs: POLL_INTERVAL_MS, turn, heartbeat, logger }),
    subscribe: (wake) =>
      postgres.notifyEnabled ? subscribe(postgres.primaryDsn, `mail ${name}`, 'mail_claimed', wake) : { close: () => Promise.resolve() },
    logger,
  });
  observeStuckRows([records.stuck]);
  gauge('mail.worker.slots', () => {
    const busy = strategy.busy;
    return [
      { value: busy, attributes: { state: 'busy' } },
      { value: Math.max(0, config.workerConcurrency - busy), attributes: { state: 'free' } },
    ];
  });
  gauge('mail.smtp.listening', () => [{ value: provider.listening, attributes: {} }]);
  const module = AppModule.with(context, {
    findVersion: templateVersions(catalog, database),
    provider,
    secretKeys: config.secretKeys,
    latelyMet: (deliveryId) => readLatelyMet(database, deliveryId, SAME_MINUTES_MS),
    recordLate: (attempt, result) => void late.record(attempt, result),
    giveBack(notBegun) {
      const given = giveBack(notBegun);
      strategy.sent(notBegun.attempt.attempt_id);
      return given;
    },
    record(performed) {
      const recorded = records.record(performed);
      strategy.sent(performed.attempt.attempt_id);
      return recorded;
    },
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    strategy,
    logger: nestLogger(logger),
    abortOnError: false,
  });
  await app.listen();
  return {
    async drain() {
      // Overdue replies are waited for as long as attempts in flight may take, and no longer: their attempts are recorded already.
      const listenUntilMs = performance.now() + config.shutdownTimeoutMs * LISTENS_FOR;
      await app.close();
      await provider.close(Math.max(0, listenUntilMs - performance.now()));
      await late.settled();
      await database.close();
    },
  };
}
