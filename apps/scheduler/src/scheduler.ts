import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { notifier, subscribe, type Database, type Subscription } from '@mail/persistence';
import { loop, type Loop, type ProcessContext } from '@mail/runtime';
import { claimDue } from './claim-due.js';
import { recoverStale } from './recover-stale.js';

/** Two loops over PostgreSQL: claiming what is due, and recovering what was lost. */
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
    const claiming = loop({
      name: 'claim due',
      intervalMs: scheduler.pollIntervalMs,
      logger,
      heartbeat,
      turn: claimDue({ ...scheduler, database, claimed: notifier(database, 'mail_claimed', postgres.notifyEnabled) }),
    });
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
    this.loops = [claiming, recovering];
    if (postgres.notifyEnabled) this.subscription = subscribe(postgres.primaryDsn, `mail ${config.app}`, 'mail_due', () => claiming.wake());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((running) => running.stop()));
    await this.subscription?.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
