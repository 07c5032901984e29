import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { subscribe, type Database, type Subscription } from '@mail/persistence';
import { gauge, loop, type Loop, type LoopOptions, type ProcessContext } from '@mail/runtime';
import { observeStuckRows } from '@mail/runtime/stuck-rows';
import { checkConservation } from './check-conservation.js';
import { claimDue } from './claim-due.js';
import { expireDue } from './expire-due.js';
import { finishDeferred } from './finish-deferred.js';
import { giveBackStale } from './give-back-stale.js';
import { observeDepth } from './observe-depth.js';
import { recoverLost } from './recover-lost.js';
import { workOnPlans } from './resend-plans/work-on-plans.js';

/**
 * The scheduler's jobs over PostgreSQL, each in a loop of its own: what holds up or fails one delays no other. Claiming comes first, and
 * shares its loop with nothing.
 */
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
    const { pollIntervalMs, recoveryIntervalMs } = scheduler;
    const start = (name: string, intervalMs: number, turn: LoopOptions['turn']): Loop => {
      const started = loop({ name, intervalMs, turn, logger, heartbeat });
      this.loops.push(started);
      return started;
    };
    const claims = claimDue({ ...scheduler, database, logger, tell: postgres.notifyEnabled });
    const claiming = start('claim due', pollIntervalMs, () => claims.turn());
    const wakeClaiming = (): void => claiming.wake();
    const staleAfterMs = smtp.timeoutMs + scheduler.claimMarginMs;
    const expiry = expireDue({ database, logger, pollIntervalMs });
    start('expire', pollIntervalMs, expiry.turn);
    const supersessions = finishDeferred({ database, logger, pollIntervalMs });
    start('supersede', pollIntervalMs, supersessions.turn);
    const staleClaims = giveBackStale({ database, logger, staleAfterMs, intervalMs: recoveryIntervalMs, wakeClaiming });
    start('give back claims', recoveryIntervalMs, staleClaims.turn);
    const recovery = recoverLost({ database, logger, policy: config.retry, staleAfterMs, intervalMs: recoveryIntervalMs });
    start('recover lost', recoveryIntervalMs, recovery.turn);
    const { idempotencyTtlMs } = config;
    const plans = workOnPlans({ database, logger, idempotencyTtlMs, pollIntervalMs, wakeClaiming });
    start('work on resend plans', pollIntervalMs, plans.turn);
    const conservation = checkConservation({
      database,
      logger,
      intervalMs: recoveryIntervalMs,
      // The longest is a batch of the stream: some ten statements.
      longestTransactionMs: 12 * postgres.operationTimeoutMs,
    });
    start('check conservation', recoveryIntervalMs, conservation.turn);
    gauge('mail.unaccounted', () => Object.entries(conservation.counts()).map(([kind, value]) => ({ value, attributes: { kind } })));
    observeStuckRows([claims.stuck, expiry.stuck, supersessions.stuck, staleClaims.stuck, recovery.stuck, plans.stuck]);
    observeDepth(database);
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
