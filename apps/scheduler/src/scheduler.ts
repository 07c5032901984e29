import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { subscribe, type Database, type Subscription } from '@mail/persistence';
import { gauge, loop, type Loop, type ProcessContext } from '@mail/runtime';
import { checkConservation } from './check-conservation.js';
import { claimDue } from './claim-due.js';
import { observeDepth } from './observe-depth.js';
import { recoverStale } from './recover-stale.js';
import { workOnPlans } from './resend-plans/work-on-plans.js';

/** Four loops over PostgreSQL: claiming what is due, recovering what was lost, sending plans again, and checking that all is accounted for. */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private loops: Loop[] = [];
  private subscription: Subscription | null = null;

  constructor(
    private readonly context: ProcessContext,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    const { context, database } = this;
    const { logger, heartbeat, config } = context;
    const { postgres, scheduler, smtp } = config;
    const claims = claimDue({ ...scheduler, database, logger, tell: postgres.notifyEnabled });
    const claiming = loop({ name: 'claim due', intervalMs: scheduler.pollIntervalMs, logger, heartbeat, turn: () => claims.turn() });
    const recovering = loop({
      name: 'recover stale',
      intervalMs: scheduler.recoveryIntervalMs,
      logger,
      heartbeat,
      turn: recoverStale({
        database,
        logger,
        wakeClaiming: () => claiming.wake(),
        policy: { scheduleMs: config.retryScheduleMs },
        staleAfterMs: smtp.timeoutMs + scheduler.claimMarginMs,
        intervalMs: scheduler.recoveryIntervalMs,
      }),
    });
    const resending = loop({
      name: 'work on resend plans',
      intervalMs: scheduler.pollIntervalMs,
      logger,
      heartbeat,
      turn: workOnPlans({
        database,
        logger,
        idempotencyTtlMs: config.idempotencyTtlMs,
        pollIntervalMs: scheduler.pollIntervalMs,
        wakeClaiming: () => claiming.wake(),
      }),
    });
    const conservation = checkConservation({
      database,
      logger,
      intervalMs: scheduler.recoveryIntervalMs,
      // The longest is a batch of the stream: some ten statements.
      longestTransactionMs: 12 * postgres.operationTimeoutMs,
    });
    gauge('mail.unaccounted', () => Object.entries(conservation.counts()).map(([kind, value]) => ({ value, attributes: { kind } })));
    observeDepth(database);
    const checking = loop({
      name: 'check conservation',
      intervalMs: scheduler.recoveryIntervalMs,
      logger,
      heartbeat,
      turn: conservation.turn,
    });
    this.loops = [claiming, recovering, resending, checking];
    if (!postgres.notifyEnabled) return;
    this.subscription = subscribe(postgres.primaryDsn, `mail ${config.app}`, 'mail_due', (lane) => {
      if (lane === 0) claims.urgent();
      claiming.wake();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((running) => running.stop()));
    await this.subscription?.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
